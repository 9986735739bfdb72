import { Inject, Injectable } from '@nestjs/common';
import {
  Market,
  OrderEntry,
  UNCONSTRAINED,
  type Bid,
  type OrderOutcome,
  type OrderSubmission,
} from '../../allocation/contract.js';
import { AuditTrail } from '../../identity/contract.js';
import type { OrderId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import type { CancelTimer, Timers } from '../../platform/clock/timers.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import type { Lane } from '../model/lane.js';
import { isNamed } from '../model/model.name.js';
import { isForSpot, windowToBuy, type SpotEnd, type SpotPurchase, type SpotRule } from '../model/spot.js';
import type { InferenceCall } from './inference-call.js';
import { LaneDirectory } from './lane-directory.js';
import { SpotPurchases } from './spot-purchases.js';
import { SpotRules } from './spot-rule.service.js';
import { TIMERS } from './tokens.js';

/** How long a request waits for what is bought for it, and how often it looks, in milliseconds. */
const PATIENCE_MS = 1_500;
const LOOK_MS = 25;

/**
 * Buys the running window where a request finds no room: by an order like any other, so that funds, caps,
 * set-asides and priority hold. What is bought is a lane like any other.
 */
@Injectable()
export class SpotService {
  /** One purchase at a time for an organization and market: whoever comes meanwhile waits for the same. */
  private readonly buying = new Map<string, Promise<readonly ReservationId[]>>();

  constructor(
    private readonly rules: SpotRules,
    private readonly purchases: SpotPurchases,
    private readonly market: Market,
    private readonly orders: OrderEntry,
    private readonly directory: LaneDirectory,
    private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A lane that was bought; null where none may be or none is to be had; `late` when buying, or hearing of what was
   * bought, takes too long: it goes on, and who asks again finds it.
   */
  async laneFor(call: InferenceCall): Promise<Lane | 'late' | null> {
    const { organizationId, request } = call;
    const rules = await this.rules.inForce(organizationId);
    const rule = rules.find(
      (one) => isNamed(request.model, one.marketId) && isForSpot(request, one),
    );
    if (rule === undefined) return null;
    return this.withPatience(call, (isLate) => this.lane(call, rule, isLate));
  }

  /** Whatever goes wrong with buying is no reason to refuse a request. */
  private async withPatience(
    { client }: InferenceCall,
    work: (isLate: () => boolean) => Promise<Lane | null>,
  ): Promise<Lane | 'late' | null> {
    let isOver = false;
    let cancel: CancelTimer = () => undefined;
    const late = new Promise<'late'>((done) => {
      cancel = this.timers.after(PATIENCE_MS, () => done('late'));
    });
    const lane = work(() => isOver || client.gone.aborted).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'capacity could not be bought for a request');
      return null;
    });
    const first = await Promise.race([lane, late]);
    isOver = true;
    cancel();
    return first;
  }

  private async lane(call: InferenceCall, rule: SpotRule, isLate: () => boolean): Promise<Lane | null> {
    const name = `${call.organizationId} ${rule.marketId}`;
    const known = this.buying.get(name);
    const buying = known ?? this.buy(call, rule).finally(() => this.buying.delete(name));
    if (known === undefined) this.buying.set(name, buying);
    const reservationIds = await buying;
    return reservationIds.length === 0 ? null : this.untilSeen(call, reservationIds, isLate);
  }

  private async buy(call: InferenceCall, rule: SpotRule): Promise<readonly ReservationId[]> {
    const { organizationId, keyId } = call;
    const grid = await this.market.shortestGrid(rule.marketId);
    const window = grid === null ? null : windowToBuy(this.clock.now(), grid);
    if (window === null) return [];
    const lanes = await this.directory.lanesOf(organizationId);
    const held = lanes.map(({ reservationId }) => reservationId);
    const claimed = await this.purchases.claim({ organizationId, keyId, rule, window, held });
    if (claimed.kind === 'bought') return claimed.reservationIds;
    if (claimed.kind === 'wait') return [];
    return this.order(call, claimed.purchase);
  }

  private async order(call: InferenceCall, purchase: SpotPurchase): Promise<readonly ReservationId[]> {
    const { organizationId } = call;
    const outcome = await this.orders.place(submissionOf(call, purchase), bidOf(purchase));
    const end = { at: this.clock.now(), ...endOf(outcome) };
    await this.purchases.end(organizationId, purchase, end);
    if (end.reservationIds.length > 0) await this.tellAudit(call, purchase, end);
    return end.reservationIds;
  }

  /** What was bought is a lane once the read model shows it. */
  private async untilSeen(
    { organizationId }: InferenceCall,
    reservationIds: readonly ReservationId[],
    isLate: () => boolean,
  ): Promise<Lane | null> {
    while (!isLate()) {
      const lanes = await this.directory.newestOf(organizationId);
      const lane = lanes.find(({ reservationId }) => reservationIds.includes(reservationId));
      if (lane !== undefined) return lane;
      await new Promise<void>((done) => this.timers.after(LOOK_MS, done));
    }
    return null;
  }

  private async tellAudit(
    { organizationId, keyId }: InferenceCall,
    { marketId, priceMax }: SpotPurchase,
    { orderId, spent }: SpotEnd,
  ): Promise<void> {
    await this.audit.record({
      ...{ organizationId, actor: `key:${keyId}`, action: 'spot.bought', subject: orderId ?? marketId },
      details: { marketId, priceMax: `${priceMax}`, spent: `${spent}` },
    });
  }
}

/** No key of a caller has a blank in it. The same for whoever goes on with the same attempt. */
function submissionOf(
  { organizationId, keyId }: InferenceCall,
  { marketId, window, number }: SpotPurchase,
): OrderSubmission {
  const idempotencyKey = `spot ${marketId} ${formatInstant(window.start)} ${number}`;
  return {
    caller: { kind: 'api-key', keyId, organizationId, scopes: ['inference:use'] },
    idempotencyKey,
    input: { spot: idempotencyKey },
    isUnattended: true,
  };
}

/** Any platform and provider: only the price is a limit. */
function bidOf({ marketId, window, quantity, priceMax }: SpotPurchase): Bid {
  return {
    ...{ marketId, window, quantity, limitPrice: priceMax, constraints: UNCONSTRAINED },
    ...{ minimumFill: 1n as Bid['minimumFill'], timeInForce: { kind: 'IOC' } },
  };
}

function endOf(outcome: OrderOutcome): Omit<SpotEnd, 'at'> {
  if (!outcome.accepted) {
    return { orderId: null, spent: 0n as MicroUsd, reservationIds: [], refusal: outcome.rejection.code };
  }
  const { orderId, spent, fills } = outcome.order;
  return {
    orderId: orderId as OrderId,
    spent: BigInt(spent) as MicroUsd,
    reservationIds: fills.map(({ reservationId }) => reservationId),
    refusal: null,
  };
}
