import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Market } from '../../allocation/contract.js';
import { marketOf, type OrganizationId, type ReservationId } from '../../kernel/ids.js';
import { isZero } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { evidenceOf, type Evidence } from './usage-rivals.js';

/** What a report is checked against. Fixed once the reservation has begun. */
interface Metered {
  readonly holderId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly window: Window;
}

/** What an organization may report: until when, and as whom. */
export interface Reportable {
  readonly window: Window;
  readonly evidence: Evidence;
}

const KEPT_MAX = 10_000;
const KEPT_MS = 60_000;
/** A reservation that is not found is looked for again: its row may be on its way. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 250;
/** More than these are not waited for: nobody has so many that ended a moment ago. */
const LOOK_AGAIN_MAX = 32;
/** Looked for at a time. */
const AT_ONCE = 8;

/** Which reservations an organization may report use of. */
@Injectable()
export class UsageAccess {
  private readonly kept = new LRUCache<ReservationId, Metered>({ max: KEPT_MAX, ttl: KEPT_MS });

  constructor(
    private readonly market: Market,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Windows of those that are paid, hold something, and are held by the organization or served by a
   * pool of its own. Whatever else is wrong with one, it is not in the answer, which then takes as
   * long as for one that does not exist.
   */
  async windowsOf(
    reservationIds: ReadonlySet<ReservationId>,
    organizationId: OrganizationId,
  ): Promise<ReadonlyMap<ReservationId, Reportable>> {
    const windows = new Map<ReservationId, Reportable>();
    for (let look = 1; ; look += 1) {
      const missing = [...reservationIds].filter((id) => !windows.has(id));
      while (missing.length > 0) {
        const looked = missing.splice(0, AT_ONCE).map(async (id) => {
          const metered = await this.find(id);
          const evidence = metered === null ? null : evidenceOf(metered, organizationId);
          if (metered !== null && evidence !== null) windows.set(id, { window: metered.window, evidence });
        });
        await Promise.all(looked);
      }
      const left = reservationIds.size - windows.size;
      if (left === 0 || left > LOOK_AGAIN_MAX || look === LOOKS) return windows;
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** The row of a payment follows it by a moment; the market itself knows at once. */
  private async find(reservationId: ReservationId): Promise<Metered | null> {
    const kept = this.kept.get(reservationId);
    if (kept !== undefined) return kept;
    if (marketOf(reservationId) === null) return null;
    const entitlement = await this.market.entitlement(reservationId);
    if (entitlement === null) {
      const facts = await this.market.reservation(reservationId);
      return facts === null || facts.status === 'held' ? null : facts;
    }
    // Given back, or resold whole: nothing is held that could be used.
    if (isZero(entitlement.quantity)) return null;
    const { holderId, providerId, window } = entitlement;
    const metered = { holderId, providerId, window };
    if (this.clock.now() >= window.start) this.kept.set(reservationId, metered);
    return metered;
  }
}
