import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { OWN_SOURCE } from './usage-report.js';
import type { TokenCounts } from './token-counts.js';

/** Under which the gateway's own events are named. */
export const GATEWAY_SOURCE = `${OWN_SOURCE}gateway`;

/** What an upstream says of how long it took, in microseconds; null: it does not say. */
export interface ClaimedTimes {
  readonly queue: number | null;
  readonly prefill: number | null;
  readonly decode: number | null;
}

/** Which request a mirrored one repeats on another lane, and for which pilot. */
export interface Mirrored {
  readonly pilotId: string;
  readonly requestId: string;
}

/** What the gateway knows of one request on one lane. Times are in microseconds. */
export interface GatewayRecord {
  /** Of the request; of an attempt that was given up for another lane, with a number behind it. */
  readonly id: string;
  readonly organizationId: OrganizationId;
  /** The API key that was used. */
  readonly keyId: string;
  /** Null: the organization's own fallback served it, which is measured and never rated. */
  readonly reservationId: ReservationId | null;
  readonly model: string;
  /** When it was admitted: decides the hour. */
  readonly servedAt: Instant;
  /** What is billed. */
  readonly counts: TokenCounts;
  /** Output as we counted it, and as the upstream claimed; null: it claimed nothing that could be read. */
  readonly ownOutput: number;
  readonly claimedInput: number | null;
  readonly claimedOutput: number | null;
  /** Why the two should be looked at; null: they agree. */
  readonly dispute: string | null;
  /** How it ended, such as `completed` or `client_abort`. */
  readonly reason: string;
  readonly tier: string;
  readonly isStream: boolean;
  /** From the request's last byte to the first token forwarded; null: none was. */
  readonly ttft: number | null;
  /** What of that went by before this lane was asked. */
  readonly queued: number;
  /** From the first token forwarded to the last. */
  readonly streaming: number | null;
  /** From the request's last byte to its end. */
  readonly duration: number;
  /** Requests that the lane was serving when this one began, itself included. */
  readonly concurrency: number;
  /** The upstream's own times, kept beside ours and never judged; null: it says nothing of them. */
  readonly claimedTimes: ClaimedTimes | null;
  /** Null: of a client. Else nobody got the answer. */
  readonly mirrored: Mirrored | null;
  /** The lane had not answered this process for a while: connections and what serves may have had to be made. */
  readonly isCold: boolean;
}
