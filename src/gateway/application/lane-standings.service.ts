import { Inject, Injectable } from '@nestjs/common';
import { KeyDirectory } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { valueAt } from '../../kernel/step-function.js';
import { floorToGrid, MINUTE_MS, plus } from '../../kernel/time.js';
import { RecentService } from '../../metering/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { Seen } from '../model/lane.order.js';
import { RECORD_LIMITS } from '../model/lane.record.js';
import { standingsOf, type StandingLane } from '../model/lane.standing.js';
import { LaneDirectory } from './lane-directory.js';
import { RoutingService } from './routing.service.js';

const NOTHING_SEEN: Seen = { requests: 0, failureShare: 0, firstTokens: 0, ttftP95: null };

/** How the lanes of an organization stand under a routing, by what all processes measured of the last ten minutes. */
@Injectable()
export class LaneStandings {
  constructor(
    private readonly routings: RoutingService,
    private readonly keys: KeyDirectory,
    private readonly directory: LaneDirectory,
    private readonly recent: RecentService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** For a key, or for every key without a routing of its own; nothing for a key that is none of the organization's. */
  async of(organizationId: OrganizationId, keyId: string | null): Promise<readonly StandingLane[]> {
    if (keyId !== null && !(await this.keys.hasKey(organizationId, keyId))) return [];
    const now = this.clock.now();
    const [{ policy }, held] = await Promise.all([
      this.routings.inForce(organizationId, keyId ?? ''),
      this.directory.lanesOf(organizationId),
    ]);
    const lanes = held.filter(({ quantity }) => valueAt(quantity, now) > 0n);
    const from = floorToGrid(plus(now, -RECORD_LIMITS.freshMs), MINUTE_MS);
    const figures = await this.recent.since(lanes.map(({ reservationId }) => reservationId), from);
    const watched = lanes.map((lane) => {
      const found = figures.get(lane.reservationId);
      if (found === undefined) return { lane, seen: NOTHING_SEEN };
      const { requests, failed, firstTokens, ttftP95Ms } = found;
      return { lane, seen: { requests, failureShare: requests === 0 ? 0 : failed / requests, firstTokens, ttftP95: ttftP95Ms } };
    });
    return standingsOf(policy, watched);
  }
}
