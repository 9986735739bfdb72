import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { MarketId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import { SpotPurchases } from '../application/spot-purchases.js';
import { SpotRules } from '../application/spot-rule.service.js';
import { checkSpotRule, SPOT_LIMITS, type SpotEnd, type SpotPurchase, type SpotRule } from '../model/spot.js';
import {
  RemoveSpotRuleInput,
  RemoveSpotRuleResult,
  SetSpotRuleInput,
  SetSpotRuleResult,
  SpotPurchaseConnection,
  SpotRuleConnection,
  type SpotPurchaseType,
  type SpotRuleType,
} from './spot.types.js';

@Resolver()
export class SpotResolver {
  constructor(
    private readonly rules: SpotRules,
    private readonly purchases: SpotPurchases,
  ) {}

  @Query(() => SpotRuleConnection, {
    name: 'spotRules',
    description: 'What the inference gateway may buy for your organization, by market.',
  })
  @AllowMembers(ROLES, 'market:read')
  async list(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<SpotRuleType>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.rules.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, showRule, ({ marketId }) => [marketId]);
  }

  @Query(() => SpotPurchaseConnection, {
    name: 'spotPurchases',
    description: 'What the inference gateway bought for your organization, or tried to, newest first.',
  })
  @AllowMembers(ROLES, 'market:read')
  async listPurchases(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<SpotPurchaseType>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.purchases.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, showPurchase, ({ purchaseId }) => [purchaseId]);
  }

  @Mutation(() => SetSpotRuleResult, {
    description:
      'Lets the inference gateway buy the running window of a market, by an order with a limit, when a request finds no room in what you hold.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async setSpotRule(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What may be bought.' }) input: SetSpotRuleInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { marketId, priceMax, quantity, spendPerDayMax } = input;
    const price = priceMax as bigint as UnitPrice;
    const rule: SpotRule = { marketId: marketId as MarketId, priceMax: price, quantity, spendPerDayMax };
    const issues = checkSpotRule(rule);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.rules.set(caller, rule, idempotencyKey);
    if (outcome.kind === 'set') return { __typename: 'SetSpotRuleSuccess', rule: showRule(rule) };
    const message = `you have ${SPOT_LIMITS.rules} rules: remove one first`;
    return { __typename: 'StateRejection', code: 'TOO_MANY_RULES', message, state: `${SPOT_LIMITS.rules} rules` };
  }

  @Mutation(() => RemoveSpotRuleResult, { description: 'Lets the gateway buy nothing more in a market.' })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async removeSpotRule(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { marketId }: RemoveSpotRuleInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const wasThere = await this.rules.remove(caller, marketId, idempotencyKey);
    if (wasThere) return { __typename: 'RemoveSpotRuleSuccess', marketId };
    return notFound('marketId', 'your organization has no rule for this market');
  }
}

function showRule({ priceMax, ...rule }: SpotRule): SpotRuleType {
  return { ...rule, priceMax: priceMax as bigint as MicroUsd };
}

function showPurchase({ end, priceMax, ...purchase }: SpotPurchase): SpotPurchaseType {
  const { purchaseId, marketId, window, quantity, startedAt } = purchase;
  return {
    ...{ purchaseId, marketId, window, quantity, startedAt },
    priceMax: priceMax as bigint as MicroUsd,
    ...showEnd(end),
  };
}

const UNDER_WAY = { endedAt: null, orderId: null, spent: 0n as MicroUsd, reservationIds: [], refusal: null };

function showEnd(end: SpotEnd | null): Pick<SpotPurchaseType, keyof typeof UNDER_WAY> {
  if (end === null) return UNDER_WAY;
  const { at: endedAt, ...rest } = end;
  return { endedAt, ...rest };
}
