import { Inject, Injectable } from '@nestjs/common';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import { streamId } from '../../eventstore/event.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { StreamBusyError } from '../../eventstore/stream-errors.js';
import { present } from '../../kernel/assert.js';
import { add, fromSegments, type StepFunction } from '../../kernel/step-function.js';
import {
  idInMarket,
  marketOf,
  type ListingId,
  type MarketId,
  type OrderId,
  type OrganizationId,
  type PoolId,
  type ReservationId,
} from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration, Instant } from '../../kernel/time.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { Window } from '../../kernel/window.js';
import { Database } from '../../platform/database/prisma.js';
import type { Reservation as ReservationRow } from '../../platform/prisma/generated/client.js';
import { saleTermsSchema, type PoolFacts } from '../../providers/contract.js';
import {
  Market,
  type Entitlement,
  type HeldAgain,
  type MarketResult,
  type OrderFacts,
  type OrderResult,
  type ReservationFacts,
  type SaleLink,
} from '../contract.js';
import type { Loss } from '../model/curtailment.state.js';
import type { SegmentView } from '../model/market.answer.js';
import type { MarketCommand } from '../model/market.commands.js';
import { decide } from '../model/market.decide.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { MarketState } from '../model/market.state.js';
import { NO_SEED } from '../model/sent.js';
import { ChainQueries } from '../projection/chain.queries.js';
import { reviewKey } from './market.definition.js';
import { asKept, MarketService, type MarketOutcome } from './market.service.js';
import { reservationFacts } from './reservation.facts.js';
import { HOLD_FOR } from './trading.service.js';
import type { OrderRequest } from './order-request.js';
import type { EvidenceLevel } from '../model/order.state.js';

const NOT_FOUND: MarketResult = { accepted: false, rejection: { code: 'RESERVATION_NOT_FOUND' } };

/** The market as other domains see it. */
@Injectable()
export class MarketFacade extends Market {
  constructor(
    @Inject(MarketService) private readonly markets: MarketService,
    @Inject(Database) private readonly database: Database,
    @Inject(ChainQueries) private readonly chains: ChainQueries,
  ) {
    super();
  }

  async holdAgain(
    reservationId: ReservationId,
    holderId: OrganizationId,
    key: string,
  ): Promise<HeldAgain> {
    const row = await this.database.reservation.findFirst({ where: { reservationId, holderId } });
    const marketId = present(marketOf(reservationId), 'market of a reservation');
    // It was held: its row is on the way.
    if (row === null) throw new StreamBusyError(streamId('market', marketId));
    const command = holdLike(row, idInMarket<ReservationId>(marketId, uuidV7()));
    const context = systemContext('hold-again', `${key} ${reservationId}`);
    const outcome = await this.markets.execute(marketId, command, context);
    if (!outcome.accepted) return { isHeld: false, rejection: outcome.rejection };
    // Another one where the key was asked with before.
    const { reservation } = present(outcome.answer.kind === 'reservation' ? outcome.answer : null, 'hold');
    const facts = await this.reservation(reservation.reservationId);
    return facts === null ? { isHeld: false, rejection: { code: 'RESERVATION_NOT_FOUND' } } : { isHeld: true, facts };
  }

  async releaseHold(reservationId: ReservationId, holderId: OrganizationId): Promise<void> {
    const marketId = present(marketOf(reservationId), 'market of a reservation');
    const context = systemContext('release-hold', reservationId);
    await this.markets.execute(marketId, { type: 'ReleaseHold', reservationId, holderId }, context);
  }

  async reservation(reservationId: ReservationId): Promise<ReservationFacts | null> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return null;
    return this.markets.read(marketId, (state) => reservationFacts(state, reservationId));
  }

  async isParty(reservationId: ReservationId, organizationId: OrganizationId): Promise<boolean> {
    const [row, facts] = await Promise.all([this.chains.partiesOf(reservationId), this.reservation(reservationId)]);
    return [row, facts].some((of) => of !== null && [of.holderId, of.sellerId, of.providerId].includes(organizationId));
  }

  async isSeller(sellerId: OrganizationId): Promise<boolean> {
    const offered = await this.database.listing.findFirst({ where: { sellerId } });
    if (offered !== null) return true;
    return (await this.database.reservation.findFirst({ where: { sellerId } })) !== null;
  }

  async entitlement(reservationId: ReservationId): Promise<Entitlement | null> {
    const row = await this.database.reservation.findUnique({ where: { reservationId } });
    if (row === null || row.paidAt === null) return null;
    const { poolId, termsVersion: version } = row;
    const [pool, terms, losses] = await Promise.all([
      this.database.marketPool.findUniqueOrThrow({ where: { poolId } }),
      this.database.poolTerms.findUniqueOrThrow({ where: { poolId_version: { poolId, version } } }),
      this.database.reservationCurtailment.findMany({ where: { reservationId } }),
    ]);
    const title = readSegments(row.entitlement);
    return {
      reservationId,
      poolId: poolId as PoolId,
      holderId: row.holderId as OrganizationId,
      sellerId: row.sellerId as OrganizationId,
      providerId: pool.providerId as OrganizationId,
      window: {
        start: row.windowStart.getTime() as Instant,
        end: row.windowEnd.getTime() as Instant,
      },
      quantity: losses.map(({ begun }) => readSegments(begun)).reduce(add, title),
      title,
      terms: saleTermsSchema.parse(terms.terms),
      termsVersion: version,
    };
  }

  async salesOf(reservationId: ReservationId): Promise<readonly SaleLink[] | null> {
    const links = await this.chains.linksOf(reservationId);
    if (links === null) return null;
    return links
      .filter(({ holderId, sellerId }) => holderId !== sellerId)
      .map(({ windowStart, windowEnd, ...row }) => ({
        reservationId: row.reservationId as ReservationId,
        holderId: row.holderId as OrganizationId,
        sellerId: row.sellerId as OrganizationId,
        window: { start: windowStart.getTime() as Instant, end: windowEnd.getTime() as Instant },
        quantity: row.quantity as Quantity,
        amount: row.amount as MicroUsd,
      }));
  }

  shortestGrid(marketId: MarketId): Promise<Duration | null> {
    return this.markets.read(marketId, ({ pools }) => {
      const grids = [...pools.values()].map(({ facts }) => facts.grid);
      return grids.length === 0 ? null : (Math.min(...grids) as Duration);
    });
  }

  async openPool(facts: PoolFacts, context: CommandContext): Promise<MarketResult> {
    return resultOf(
      await this.markets.execute(facts.marketId, { type: 'OpenPool', facts }, context),
    );
  }

  async confirmPayment(
    reservationId: ReservationId,
    amount: MicroUsd,
    context: CommandContext,
  ): Promise<MarketResult> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return NOT_FOUND;
    const command = { type: 'ConfirmPayment', reservationId, amount } as const;
    return resultOf(await this.markets.execute(marketId, command, context));
  }

  async restingOrder(orderId: OrderId): Promise<OrderFacts | null> {
    const marketId = marketOf(orderId);
    if (marketId === null) return null;
    return this.markets.read(marketId, ({ orders }, now) => {
      const order = orders.get(orderId);
      if (order === undefined || order.expiresAt <= now) return null;
      const { buyerId, window, quantity, remaining, reserved, spent } = order;
      return { buyerId, window, quantity, remaining, reserved, spent };
    });
  }

  async unspentOf(orderId: OrderId): Promise<MicroUsd> {
    const marketId = marketOf(orderId);
    if (marketId === null) return 0n as MicroUsd;
    return this.markets.read(marketId, ({ orders, sealedBids }) => {
      const order = orders.get(orderId) ?? sealedBids.get(orderId);
      return (order === undefined ? 0n : order.reserved - order.spent) as MicroUsd;
    });
  }

  async wouldRefuse(request: OrderRequest): Promise<JsonOf<MarketRejection> | null> {
    const marketId = marketOf(request.orderId);
    if (marketId === null) return { code: 'MARKET_NOT_FOUND' };
    const refusal = (state: MarketState, now: Instant): MarketRejection | 'none' => {
      const decision = decide({ ...request, now, seed: NO_SEED } as MarketCommand, state);
      return decision.accepted ? 'none' : decision.rejection;
    };
    // Most are not, and the market has the last word. Only a refusal must be one of the newest state.
    if (this.markets.glance(marketId, refusal) === 'none') return null;
    const found = await this.markets.read(marketId, refusal);
    return found === 'none' ? null : asKept(found);
  }

  async sendOrder(request: OrderRequest, context: CommandContext): Promise<OrderResult> {
    const marketId = marketOf(request.orderId);
    if (marketId === null) return { accepted: false, rejection: { code: 'ORDER_NOT_FOUND' } };
    return orderResultOf(await this.markets.execute(marketId, request, context));
  }

  async cancelOrder(
    orderId: OrderId,
    buyerId: OrganizationId,
    context: CommandContext,
  ): Promise<OrderResult> {
    const marketId = marketOf(orderId);
    if (marketId === null) return { accepted: false, rejection: { code: 'ORDER_NOT_FOUND' } };
    const command = { type: 'CancelOrder', orderId, buyerId } as const;
    return orderResultOf(await this.markets.execute(marketId, command, context));
  }

  async losses(reservationId: ReservationId): Promise<readonly Loss[]> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return [];
    return this.markets.read(marketId, ({ losses }) => losses.get(reservationId) ?? []);
  }

  async recordRebooking(attempt: Parameters<Market['recordRebooking']>[0]): Promise<void> {
    const marketId = present(marketOf(attempt.reservationId), 'market of a reservation');
    const context = systemContext('record-rebooking', attempt.orderId);
    await this.markets.execute(marketId, { type: 'RecordRebooking', ...attempt }, context);
  }

  async reviewIdle(
    reservationId: ReservationId,
    { dueAt, askedAt, peak }: Parameters<Market['reviewIdle']>[1],
  ): Promise<void> {
    const marketId = present(marketOf(reservationId), 'market of a reservation');
    const listingId = idInMarket<ListingId>(marketId, uuidV7());
    const context = systemContext('review-idle', reviewKey({ reservationId, dueAt, askedAt }));
    const command = { type: 'ReviewIdle', reservationId, listingId, dueAt, peak } as const;
    await this.markets.execute(marketId, command, context);
  }

  async rateEvidence(
    poolId: PoolId,
    { level, change }: { readonly level: EvidenceLevel; readonly change: number },
  ): Promise<void> {
    const marketId = present(marketOf(poolId), 'market of a pool');
    const command = { type: 'RateEvidence', poolId, level, change } as const;
    const outcome = await this.markets.execute(marketId, command, systemContext('rate-evidence', `${poolId} ${change}`));
    // Its market has yet to hear of the pool: the event comes again.
    if (!outcome.accepted) throw new Error(`${poolId} cannot be rated yet: ${outcome.rejection.code}`);
  }

  async listingWindow(listingId: ListingId): Promise<Window | null> {
    const marketId = marketOf(listingId);
    if (marketId === null) return null;
    return this.markets.read(marketId, ({ listings }) => listings.get(listingId)?.window ?? null);
  }

  async withdrawBid(orderId: OrderId, buyerId: OrganizationId, context: CommandContext): Promise<OrderResult> {
    const marketId = marketOf(orderId);
    if (marketId === null) return { accepted: false, rejection: { code: 'ORDER_NOT_FOUND' } };
    const command = { type: 'WithdrawAuctionBid', orderId, buyerId } as const;
    return orderResultOf(await this.markets.execute(marketId, command, context));
  }

  async recallOrder(context: CommandContext): Promise<OrderResult | null> {
    const outcome = await this.markets.recall(context);
    return outcome === null ? null : orderResultOf(outcome);
  }
}

/** What a reservation entitles to, as its row has it. */
export function readSegments(column: unknown): StepFunction {
  const segments = column as readonly SegmentView[];
  return fromSegments(segments.map(({ window, quantity }) => ({ window, value: BigInt(quantity) })));
}

function orderResultOf(outcome: MarketOutcome): OrderResult {
  if (!outcome.accepted) return outcome;
  const { answer } = outcome;
  return { accepted: true, order: present(answer.kind === 'order' ? answer.order : null, 'order') };
}

function resultOf(outcome: MarketOutcome): MarketResult {
  return outcome.accepted ? { accepted: true } : outcome;
}

/** The same part of the same listing. */
function holdLike(row: ReservationRow, reservationId: ReservationId): Parameters<MarketService['execute']>[1] {
  return {
    ...{ type: 'HoldReservation', reservationId, listingId: row.listingId as ListingId },
    ...{ buyerId: row.holderId as OrganizationId, quantity: row.quantity as Quantity, holdFor: HOLD_FOR },
    window: { start: row.windowStart.getTime() as Instant, end: row.windowEnd.getTime() as Instant },
  };
}
