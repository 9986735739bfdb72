import type { LogPosition } from '../eventstore/event.js';
import type { OrganizationId, PoolId, ReservationId } from '../kernel/ids.js';
import type { Quantity } from '../kernel/quantity.js';
import type { MicroUsd } from '../kernel/money.js';
import type { Instant } from '../kernel/time.js';
import type { Window } from '../kernel/window.js';
import type { ProbeRun } from './model/probe.js';
import type { GatewayRecord } from './model/gateway-record.js';
import type { WeightedTokens } from './model/rating.js';
import type { RequestEnd } from './model/served-request.js';
import type { TokenCounts } from './model/token-counts.js';
import type { TokenWeights } from '../providers/contract.js';

export { evidenceCodec } from './application/evidence.codec.js';
export { probePoolJob } from './application/evidence.definition.js';
export { serviceCodec } from './application/service.codec.js';
export { usageCodec } from './application/usage.codec.js';
export type { EvidenceEvent, EvidenceLevelChanged } from './model/pool-evidence.events.js';
export type { Probe, ProbeRun } from './model/probe.js';
export type { ServiceEvent, ServiceHourJudged } from './model/service-hour.events.js';
export { finalBefore, HOUR_FINAL_AFTER } from './model/final-hours.js';
export { usageEvidenceId } from './model/usage.events.js';
export type { Parties, UsageEvent, UsageHourRated } from './model/usage.events.js';
export {
  entitledIn,
  formatWeighted,
  WEIGHTED_TOKEN,
  weightedOf,
  type WeightedTokens,
} from './model/rating.js';
export { mixOf, TOKEN_CLASSES, type MixPart, type TokenClass } from './model/token-mix.js';
export { NO_TOKENS, type TokenCounts } from './model/token-counts.js';
export { addCounts } from './model/token-counts.js';
export type { RequestEnd } from './model/served-request.js';
export type { GatewayRecord, Mirrored } from './model/gateway-record.js';

/** What is known of one reservation's use in one hour. */
export interface RatedHour {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly revision: number;
  readonly events: bigint;
  readonly counts: TokenCounts;
  readonly weighted: WeightedTokens;
  readonly entitled: WeightedTokens;
  readonly overage: WeightedTokens;
  readonly overageAmount: MicroUsd;
  readonly ratedAt: Instant;
}

/** Rated hours of one holder in a window, in the order of hour and reservation, page by page. */
export interface RatedHoursQuery {
  readonly holderId: OrganizationId;
  readonly window: Window;
  /** As far as the log said by this place; null: all that is known. */
  readonly asOf: LogPosition | null;
  /** Only hours of which more was learned after this place; null: all. */
  readonly since: LogPosition | null;
  readonly after: { readonly hour: Instant; readonly reservationId: ReservationId } | null;
  readonly limit: number;
}

/** An hour, and what was known of it at {@link RatedHoursQuery.since}; null: nothing. */
export interface RatedHourChange {
  readonly now: RatedHour;
  readonly before: RatedHour | null;
}

/** An hour of a reservation. */
export interface ReservedHour {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
}

/** Some hours of one holder. */
export interface ServedHoursQuery {
  readonly holderId: OrganizationId;
  /** As far as the log said by this place; null: all that is known. */
  readonly asOf: LogPosition | null;
  readonly hours: readonly ReservedHour[];
}

/** What was used of a reservation in an hour. */
export interface ServedHour {
  readonly events: bigint;
  readonly counts: TokenCounts;
  /** Within the reservation: overage is no part of it. */
  readonly weighted: WeightedTokens;
}

/** Of each hour that was asked for, by its place in {@link ServedHoursQuery.hours}, what was used in it; null: nothing is known. */
export type ServedHours = (place: number) => ServedHour | null;

/** Rated hours as they were known at a place in the log. */
export abstract class RatedUsage {
  /** From the read model: ask for places that the subscription {@link RATED_USAGE} has reached. */
  abstract page(query: RatedHoursQuery): Promise<readonly RatedHourChange[]>;
  /** The same of hours that are known already, for files of a million of them: each is made when it is asked for. */
  abstract served(query: ServedHoursQuery): Promise<ServedHours>;
}

/** Who writes what {@link RatedUsage} reads. */
export const RATED_USAGE = 'projection:usage-revisions';

/** What was used of reservations, as far as it is rated. */
export abstract class UsageHistory {
  /** Weighted tokens/s of the busiest hour that began at an instant or later; zero without use. */
  abstract peakSince(reservationId: ReservationId, since: Instant): Promise<Quantity>;
}

/** What was measured of a reservation's requests lately, whichever process served them. */
export interface RecentFigures {
  /** Those that its promise is judged by. */
  readonly requests: number;
  /** Of these: got no whole answer. */
  readonly failed: number;
  readonly firstTokens: number;
  /** Milliseconds that 19 in 20 first tokens came within; null without any. Off by at most 1 % of itself. */
  readonly ttftP95Ms: number | null;
}

/** How lanes do now: by whole minutes, as far as their records are rolled up. */
export abstract class RecentService {
  /** From an instant on; without a line for what nothing is known of. */
  abstract since(reservationIds: readonly ReservationId[], from: Instant): Promise<ReadonlyMap<ReservationId, RecentFigures>>;
}

/** How one record of the gateway's ended: its reason. */
export type RecordEnd = Pick<GatewayRecord, 'id' | 'reason'>;

/** How the gateway tells what it served. */
export abstract class GatewayUsage {
  /**
   * Stores a batch in one transaction: all of it, or nothing. Durable once this resolves; a record that is
   * there already, by holder and id, is left as it is and counts once.
   */
  abstract record(records: readonly GatewayRecord[]): Promise<void>;
  /** How those of an organization's records ended that are stored under these ids; they are kept for 33 days. */
  abstract ends(organizationId: OrganizationId, ids: readonly string[]): Promise<readonly RecordEnd[]>;
  /** What is known to be used of a reservation in an hour, rated or not, by whoever reported it. */
  abstract usedIn(
    reservationId: ReservationId,
    hour: Instant,
    weights: TokenWeights,
  ): Promise<WeightedTokens>;
}

/** Our own requests to pools, and what is known of pools from them and from the traffic of holders. */
export abstract class PoolProbes {
  /** Puts the job `probePoolJob`: at the next full hour, or at once for a reason, which counts once. */
  abstract schedule(poolId: PoolId, why: string | null): Promise<void>;
  /**
   * Whether less than half of what is held of the pool was used in the last five minutes, and it was not
   * probed under this serving profile in the last half hour.
   */
  abstract isDue(poolId: PoolId, profileVersion: number): Promise<boolean>;
  abstract record(run: ProbeRun): Promise<void>;
  /** Says what changed of what is known; once for each `look`. */
  abstract assess(poolId: PoolId, look: string): Promise<void>;
}

/** Of a request and its repetition: the one that a client got, and the one that nobody did. */
export type PilotSide = 'client' | 'mirror';

/** Figures of some measurements; null without any. Off by at most 1 % of themselves. */
export interface PilotFigure {
  readonly samples: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Requests of one side that began alike. */
export interface PilotGroup {
  readonly side: PilotSide;
  /** Whether their lane had answered lately; `all` is both together. */
  readonly start: 'all' | 'cold' | 'warm';
  readonly requests: number;
  readonly ends: Readonly<Record<RequestEnd, number>>;
  readonly counts: TokenCounts;
  /** Microseconds that 50, 95 and 99 of a hundred first tokens came within. */
  readonly ttft: PilotFigure;
  /** Thousandths of a token/s that 50, 95 and 99 of a hundred streams were at least as fast as. */
  readonly streamSpeed: PilotFigure;
}

/** What one side used of one lane; null: of the organization's fallback. */
export interface PilotUse {
  readonly side: PilotSide;
  readonly reservationId: ReservationId | null;
  readonly counts: TokenCounts;
}

export interface PilotMeasured {
  /** The client's side first, and of each side all, cold, warm; also those without requests. */
  readonly groups: readonly PilotGroup[];
  readonly uses: readonly PilotUse[];
}

/** What was measured of requests that were sent on two lanes. */
export abstract class PilotUsage {
  /** As far as both records of a pair are stored. */
  abstract of(pilotId: string): Promise<PilotMeasured>;
}
