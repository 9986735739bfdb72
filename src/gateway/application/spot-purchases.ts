import { Inject, Injectable } from '@nestjs/common';
import { costUpTo } from '../../allocation/contract.js';
import type { MarketId, OrderId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Clock } from '../../platform/clock/clock.js';
import { againstConflicts } from '../../platform/database/conflicts.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { SpotPurchase as SpotPurchaseRow } from '../../platform/prisma/generated/client.js';
import { CLOCK } from '../../platform/platform.module.js';
import { dayOf, nextStep, type SpotEnd, type SpotPurchase, type SpotRule } from '../model/spot.js';

/** Who asks for which window, and what it knows that it holds. */
export interface SpotAsked {
  readonly organizationId: OrganizationId;
  readonly keyId: string;
  readonly rule: SpotRule;
  readonly window: Window;
  readonly held: readonly ReservationId[];
}

export type Claimed =
  | { readonly kind: 'order'; readonly purchase: SpotPurchase }
  | { readonly kind: 'bought'; readonly reservationIds: readonly ReservationId[] }
  | { readonly kind: 'wait' };

/** Attempts to buy, one after the other for each organization, whichever processes make them. */
@Injectable()
export class SpotPurchases {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Writes an attempt down before anything is bought: after a crash the same one is gone on with. */
  claim(asked: SpotAsked): Promise<Claimed> {
    const { organizationId, rule, window, held } = asked;
    return againstConflicts(this.database, async (transaction): Promise<Claimed> => {
      const name = `spot ${organizationId}`;
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${name}))`;
      const now = this.clock.now();
      const { marketId } = rule;
      const rows = await transaction.spotPurchase.findMany({
        where: { organizationId, marketId, windowStart: new Date(window.start) },
        orderBy: { number: 'asc' },
      });
      const costMax = costUpTo(rule.priceMax, rule.quantity, window);
      const spentToday = await spentOn(transaction, organizationId, dayOf(now));
      const purchases = rows.map(purchaseOf);
      const step = nextStep(rule, { purchases, held, spentToday, costMax, now });
      if (step.kind === 'resume') return { kind: 'order', purchase: step.purchase };
      if (step.kind !== 'buy') return step;
      const row = await transaction.spotPurchase.create({
        data: {
          ...{ purchaseId: uuidV7(now), organizationId, marketId, number: step.number },
          ...{ keyId: asked.keyId, costMax },
          ...{ windowStart: new Date(window.start), windowEnd: new Date(window.end) },
          ...{ priceMax: rule.priceMax, quantity: rule.quantity, startedAt: new Date(now) },
        },
      });
      return { kind: 'order', purchase: purchaseOf(row) };
    });
  }

  /** Once: who comes later with the same says the same. */
  async end(
    organizationId: OrganizationId,
    { marketId, window, number }: SpotPurchase,
    { at, orderId, spent, reservationIds, refusal }: SpotEnd,
  ): Promise<void> {
    const windowStart = new Date(window.start);
    await this.database.spotPurchase.updateMany({
      where: { organizationId, marketId, windowStart, number, endedAt: null },
      data: {
        ...{ endedAt: new Date(at), orderId, spent, refusal },
        reservationIds: [...reservationIds],
      },
    });
  }

  /** Newest first. */
  async list(
    organizationId: OrganizationId,
    before: string | null,
    limit: number,
  ): Promise<readonly SpotPurchase[]> {
    const rows = await this.database.spotPurchase.findMany({
      where: { organizationId, ...(before === null ? {} : { purchaseId: { lt: before } }) },
      orderBy: { purchaseId: 'desc' },
      take: limit,
    });
    return rows.map(purchaseOf);
  }
}

/** What ended cost what it cost; what has not may cost all that is set aside for it. */
async function spentOn(
  transaction: Transaction,
  organizationId: OrganizationId,
  { start, end }: Window,
): Promise<bigint> {
  const startedAt = { gte: new Date(start), lt: new Date(end) };
  const rows = await transaction.spotPurchase.findMany({ where: { organizationId, startedAt } });
  return rows.reduce((sum, { spent, costMax }) => sum + (spent ?? costMax), 0n);
}

function purchaseOf(row: SpotPurchaseRow): SpotPurchase {
  return {
    purchaseId: row.purchaseId,
    marketId: row.marketId as MarketId,
    window: {
      start: row.windowStart.getTime() as Instant,
      end: row.windowEnd.getTime() as Instant,
    },
    number: row.number,
    priceMax: row.priceMax as UnitPrice,
    quantity: row.quantity as Quantity,
    costMax: row.costMax as MicroUsd,
    startedAt: row.startedAt.getTime() as Instant,
    end: endOf(row),
  };
}

function endOf({ endedAt, orderId, spent, reservationIds, refusal }: SpotPurchaseRow): SpotEnd | null {
  if (endedAt === null) return null;
  return {
    at: endedAt.getTime() as Instant,
    orderId: orderId as OrderId | null,
    spent: (spent ?? 0n) as MicroUsd,
    reservationIds: (reservationIds ?? []) as unknown as readonly ReservationId[],
    refusal,
  };
}
