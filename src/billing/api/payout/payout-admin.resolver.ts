import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../../api/graphql/access.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../../api/graphql/refusals.js';
import { OrganizationDirectory, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { assertNever } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { unless, type Issue } from '../../../kernel/issue.js';
import { formatUsd } from '../../../kernel/money.js';
import { PayoutService } from '../../application/payout/payout.service.js';
import { ReversalService, type ReversalOutcome } from '../../application/payout/reversal.service.js';
import { checkPayoutRule } from '../../model/payout/payout-rule.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import {
  ReverseTransferInput,
  ReverseTransferResult,
  SetPayoutRuleInput,
  SetPayoutRuleResult,
} from './payout-admin.types.js';

const NOTE_MAX = 500;
const NO_PAYOUT = 'there is no such payout';

/** What those who run the exchange do about payouts. */
@Resolver()
export class PayoutAdminResolver {
  constructor(
    @Inject(ReversalService) private readonly reversals: ReversalService,
    @Inject(PayoutService) private readonly payouts: PayoutService,
    @Inject(OrganizationDirectory) private readonly organizations: OrganizationDirectory,
  ) {}

  @Mutation(() => ReverseTransferResult, { description: 'Takes money back from a seller’s account at Stripe.' })
  @AllowPlatformAdmins()
  async reverseTransfer(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'How much, and why.' }) { payoutId, amount, note }: ReverseTransferInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const accepted = 'whole cents from 0.01 USD';
    const isAmount = amount > 0n && amount % MICRO_USD_PER_CENT === 0n;
    const issues = [
      ...unless(isAmount, { field: 'amount', reason: 'is no amount that Stripe moves', accepted }),
      ...noteIssues(note),
    ];
    if (issues.length > 0) return invalidInput(issues);
    return showReversal(await this.reversals.reverse(caller, { payoutId, amount, note }, idempotencyKey));
  }

  @Mutation(() => SetPayoutRuleResult, { description: 'Sets when one seller is paid, in place of the published rule.' })
  @AllowPlatformAdmins()
  async setPayoutRule(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Whose, and the rule.' }) { organizationId, ...rule }: SetPayoutRuleInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = checkPayoutRule(rule);
    if (issues.length > 0) return invalidInput(issues);
    const seller = await this.organizations.find(organizationId as OrganizationId);
    if (seller === null) return notFound('organizationId', 'there is no such organization');
    await this.payouts.setRule(caller, { organizationId, ...rule }, idempotencyKey);
    return { __typename: 'SetPayoutRuleSuccess', rule };
  }
}

export function noteIssues(note: string): readonly Issue[] {
  const isNote = note.trim() !== '' && note.length <= NOTE_MAX;
  return unless(isNote, { field: 'note', reason: 'is empty or too long', accepted: `1 to ${NOTE_MAX} characters` });
}

function showReversal(outcome: ReversalOutcome): object {
  switch (outcome.kind) {
    case 'asked':
      return { __typename: 'ReverseTransferSuccess', reversal: outcome.reversal };
    case 'not-found':
      return notFound('payoutId', NO_PAYOUT);
    case 'not-sent': {
      const { state } = outcome;
      const message = `the payout is ${state}: there is no transfer to take back from`;
      return { __typename: 'StateRejection', code: 'WRONG_STATE', message, state };
    }
    case 'too-much': {
      const { left } = outcome;
      const message = `at most ${formatUsd(left)} USD of the payout can come back`;
      return { __typename: 'ReversalTooLargeRejection', code: 'REVERSAL_TOO_LARGE', message, left };
    }
    default:
      return assertNever(outcome);
  }
}
