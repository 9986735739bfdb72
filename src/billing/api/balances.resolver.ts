import { Inject } from '@nestjs/common';
import { Args, Field, Int, ObjectType, Parent, Query, registerEnumType, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { apiError } from '../../api/graphql/errors.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { ChartBalance } from '../model/chart-balances.js';
import { BalanceQueries, type PastBalances } from '../projection/balance.queries.js';

@ObjectType('AccountBalance', { description: 'What an account holds, or all accounts of a kind together.' })
export class AccountBalanceType {
  @Field({ description: 'The account; of those that are one for each order, reservation or payout: their kind, such as `escrow`.' })
  account!: string;

  @Field(() => MicroUsdScalar, { description: 'Above zero the exchange owes it to you.' })
  balance!: bigint;

  @Field({ description: 'As ISO 4217 has it: USD.' })
  currency!: string;
}

export const ACCOUNT_KIND_NAMES = { ASSET: 'asset', LIABILITY: 'liability', INCOME: 'income', EXPENSE: 'expense' } as const satisfies Record<string, ChartBalance['kind']>;
registerEnumType(ACCOUNT_KIND_NAMES, {
  name: 'ChartAccountKind',
  description: 'What kind of account it is, from your side of the books.',
  valuesMap: {
    ASSET: { description: 'What you have.' },
    LIABILITY: { description: 'What you owe.' },
    INCOME: { description: 'What came in.' },
    EXPENSE: { description: 'What was spent.' },
  },
});

@ObjectType('ChartBalance', { description: 'An account of the chart, from your side of the books, and what stands on it.' })
export class ChartBalanceType {
  @Field({ description: 'What accounting programs know it by, as in journal entries.' })
  code!: string;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => ACCOUNT_KIND_NAMES, { description: 'What kind of account it is.' })
  kind!: string;

  @Field({ description: 'What stands on it.' })
  holds!: string;

  @Field(() => MicroUsdScalar, { description: 'Debits less credits since the books began.' })
  balance!: bigint;
}

@ObjectType('BalancesAt', { description: 'Books as they stood at an instant. Their balances sum to zero.' })
export class BalancesAtType {
  @Field(() => InstantScalar, { description: 'The instant.' })
  at!: Instant;

  @Field(() => Int, { description: 'The last transaction that was posted by then; 0: none was.' })
  version!: number;

  @Field(() => [AccountBalanceType], { description: 'Accounts that hold anything, by name.' })
  accounts!: readonly AccountBalanceType[];
}

/** The books of an organization at any time. */
@Resolver(() => BalancesAtType)
export class BalancesResolver {
  constructor(
    @Inject(BalanceQueries) private readonly queries: BalanceQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => BalancesAtType, {
    description: 'Your balances as of any instant until now. Of the last moments, what is posted may not be in it yet.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async balances(
    @Args('at', { type: () => InstantScalar, description: 'What was posted at it is in it.' }) at: Instant,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<PastBalances & { readonly at: Instant }> {
    if (at > this.clock.now()) throw apiError('BAD_USER_INPUT', 'at: is later than now; accepted: any instant until now');
    const past = await this.queries.asOf(organizationId, at);
    return past === null ? { at, version: 0, accounts: [] } : { at, ...past };
  }

  @ResolveField(() => [ChartBalanceType], {
    description: 'The same by the chart of accounts, all of it: fees, royalties, credits, penalties and taxes each on their own. They sum to zero, and are what journal entries up to then come to.',
  })
  chart(@Parent() past: PastBalances, @Caller() { organizationId }: AuthenticatedPrincipal): Promise<readonly ChartBalance[]> {
    return this.queries.chartOf(organizationId, past);
  }
}
