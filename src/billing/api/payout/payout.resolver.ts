import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../../api/graphql/connection.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { unless } from '../../../kernel/issue.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import type { PayoutAccount } from '../../../platform/prisma/generated/client.js';
import { CLOCK } from '../../../platform/platform.module.js';
import { LedgerService, type LedgerOutcome } from '../../application/ledger.service.js';
import { PayoutAccountService } from '../../application/payout/payout-account.service.js';
import { PayoutService } from '../../application/payout/payout.service.js';
import { PayoutQueries, type PayoutRow } from '../../projection/payout.queries.js';
import { RETURN_PATH } from '../return-path.js';
import { LedgerEntryType } from '../wallet.types.js';
import { fundsOf, nothingDue, notPayable, showAccount, stateOf } from './payout.presentation.js';
import {
  PayoutAccountType,
  PayoutConnection,
  PayoutLineConnection,
  PayoutLineType,
  PayoutRuleType,
  PayoutType,
  PAYOUT_STATES,
  RequestPayoutResult,
  SpendEarningsInput,
  SpendEarningsResult,
  StartPayoutOnboardingInput,
  StartPayoutOnboardingResult,
} from './payout.types.js';

const SELLERS = ['owner', 'finance'] as const;

/** How sellers are paid. */
@Resolver(() => PayoutType)
export class PayoutResolver {
  constructor(
    @Inject(PayoutAccountService) private readonly accounts: PayoutAccountService,
    @Inject(PayoutService) private readonly service: PayoutService,
    @Inject(PayoutQueries) private readonly queries: PayoutQueries,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => PayoutRuleType, { description: 'When sellers are paid, unless another rule was set for one.' })
  @AllowAnyone()
  payoutRule(): PayoutRuleType {
    return this.service.publishedRule;
  }

  @Query(() => PayoutAccountType, { description: 'How your organization is paid what it earns.' })
  @AllowMembers(SELLERS, 'billing:read')
  async payoutAccount(@Caller() caller: AuthenticatedPrincipal): Promise<object> {
    return this.show(caller, await this.accounts.find(caller.organizationId));
  }

  @Query(() => PayoutConnection, { description: 'What your organization was paid, newest first.' })
  @AllowMembers(SELLERS, 'billing:read')
  async payouts(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<PayoutRow>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.queries.payouts(organizationId, page);
    return toConnection(rows, page, (row) => row, ({ version }) => [String(version)]);
  }

  @Query(() => PayoutType, { nullable: true, description: 'One payout, with what it pays.' })
  @AllowMembers(SELLERS, 'billing:read')
  payout(
    @Args('payoutId', { type: () => ID, description: 'Its id.' }) payoutId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<PayoutRow | null> {
    return this.queries.payout(organizationId, payoutId);
  }

  @Query(() => PayoutLineConnection, { description: 'Where a reservation was paid out: the lines that did it.' })
  @AllowMembers(SELLERS, 'billing:read')
  async payoutLines(
    @Args('reservationId', { type: () => ID, description: 'A reservation that you sold.' }) reservationId: string,
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<object>> {
    const page = readPage(pageArguments, 2);
    const [payoutId = '', line = ''] = page.after ?? [];
    const behind = [{ payoutId: { gt: payoutId } }, { payoutId, line: { gt: /^\d{1,6}$/.test(line) ? Number(line) : 0 } }];
    const rows = await this.database.payoutLine.findMany({
      where: { organizationId, reservationId, ...(page.after && { OR: behind }) },
      orderBy: [{ payoutId: 'asc' }, { line: 'asc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.payoutId, String(row.line)]);
  }

  @ResolveField(() => PAYOUT_STATES)
  state(@Parent() row: PayoutRow): string {
    return stateOf(row);
  }

  @ResolveField(() => [PayoutLineType])
  lines(
    @Parent() payout: PayoutType,
    @Args('after', { type: () => Int, nullable: true, description: 'Those behind this line; left out: from the first on.' })
    after: number | null,
  ): Promise<readonly object[]> {
    return this.queries.lines(payout, after);
  }

  @ResolveField(() => Int)
  lineCount(@Parent() payout: PayoutType): Promise<number> {
    return this.queries.lineCount(payout);
  }

  @Mutation(() => StartPayoutOnboardingResult, {
    description: 'Has Stripe make an account for your organization, and gives the link to its questions.',
  })
  @AllowMembers(SELLERS, 'billing:write')
  async startPayoutOnboarding(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Where to come back to.' }) { returnPath }: StartPayoutOnboardingInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = unless(RETURN_PATH.test(returnPath), {
      ...{ field: 'returnPath', reason: 'is no path of this product', accepted: 'such as /app/finance/payouts' },
    });
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.accounts.start(caller, returnPath, idempotencyKey);
    if (outcome.kind === 'not-a-seller') {
      const message = 'your organization sells nothing here and earned nothing: register a pool, or resell what it holds';
      return { __typename: 'NotASellerRejection', code: 'NOT_A_SELLER', message };
    }
    const { account, link } = outcome;
    const shown = { account: await this.show(caller, account), url: link?.url ?? null };
    return { __typename: 'StartPayoutOnboardingSuccess', ...shown, expiresAt: link?.expiresAt ?? null };
  }

  @Mutation(() => RequestPayoutResult, { description: 'Pays out what is due now, without waiting for the next day.' })
  @AllowMembers(SELLERS, 'billing:write')
  async requestPayout(
    @IdempotencyKey() idempotencyKey: string,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const asked = await this.service.request(caller, idempotencyKey);
    if (asked.kind === 'not-payable') return notPayable(asked.state);
    const { payoutId, outcome } = asked;
    if (outcome.accepted) return { __typename: 'RequestPayoutSuccess', payoutId };
    return refused(outcome.rejection);
  }

  @Mutation(() => SpendEarningsResult, {
    description: 'Moves what was earned into the wallet, to be spent here instead of being paid out.',
  })
  @AllowMembers(SELLERS, 'billing:write')
  async spendEarnings(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'How much.' }) { amount }: SpendEarningsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = unless(amount > 0n, {
      ...{ field: 'amount', reason: 'is not above zero', accepted: '1 micro-USD or more' },
    });
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.service.keep(caller, amount, idempotencyKey);
    if (!outcome.accepted) return refused(outcome.rejection);
    return { __typename: 'SpendEarningsSuccess', walletBalance: outcome.answer.wallet };
  }

  private async show({ organizationId }: AuthenticatedPrincipal, row: PayoutAccount | null): Promise<object> {
    const rule = await this.service.ruleOf(organizationId);
    const now = this.clock.now();
    const funds = await this.ledger.read(organizationId, (books) => fundsOf(books, rule, now));
    return showAccount(row, funds, rule);
  }
}

/** From a line of a payout to the books. */
@Resolver(() => PayoutLineType)
export class PayoutLineResolver {
  constructor(@Inject(PayoutQueries) private readonly queries: PayoutQueries) {}

  @ResolveField(() => [LedgerEntryType])
  entries(@Parent() line: Parameters<PayoutQueries['entries']>[0]): Promise<readonly object[]> {
    return this.queries.entries(line);
  }
}

function refused(rejection: Extract<LedgerOutcome, { readonly accepted: false }>['rejection']): object {
  switch (rejection.code) {
    case 'NOTHING_DUE':
      return nothingDue(rejection);
    case 'NOT_EARNED': {
      const { payable } = rejection;
      const message = 'more than what is payable cannot be moved to the wallet';
      return { __typename: 'NotEarnedRejection', code: 'NOT_EARNED', message, payable };
    }
    default:
      return notPayable('not-started');
  }
}
