import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { modelOf } from './model.name.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { Operation } from './inference.request.js';

/** The lane that repeats requests. Its answers are nobody's. */
export type Mirror =
  | { readonly kind: 'reservation'; readonly reservationId: ReservationId }
  /** The endpoint that the routing in force names as its fallback. */
  | { readonly kind: 'fallback' };

/** What an endpoint costs, as its organization says: micro-USD for a million tokens. */
export interface TokenPrices {
  readonly input: MicroUsd;
  readonly output: MicroUsd;
}

/** What is to be compared with what, and how much of it. */
export interface PilotPlan {
  /** Hundredths of a per cent of the requests. */
  readonly share: number;
  /** Only requests that one of these serves; empty: whichever serves them. */
  readonly primaries: readonly ReservationId[];
  readonly mirror: Mirror;
  /** Of the fallback; null: nobody said. */
  readonly mirrorPrice: TokenPrices | null;
  readonly requestsMax: number;
  /** Input and output together. */
  readonly tokensMax: bigint;
}

export interface Pilot extends PilotPlan {
  readonly pilotId: string;
  readonly organizationId: OrganizationId;
  /** What was taken of the most, requests under way with all they can need. */
  readonly requests: number;
  readonly tokens: bigint;
  readonly startedAt: Instant;
  readonly endsAt: Instant;
  readonly stoppedAt: Instant | null;
}

/** In this order: what holds first. */
export const PILOT_STATES = ['stopped', 'complete', 'over', 'running'] as const;
export type PilotState = (typeof PILOT_STATES)[number];

/** With fewer tokens left no request can be repeated any more. */
const TOKENS_LEAST = 64n;

export function stateOfPilot(pilot: Pilot, now: Instant): PilotState {
  if (pilot.stoppedAt !== null) return 'stopped';
  const isUsedUp = pilot.tokens + TOKENS_LEAST > pilot.tokensMax;
  if (pilot.requests >= pilot.requestsMax || isUsedUp) return 'complete';
  return now >= pilot.endsAt ? 'over' : 'running';
}

/** A request that a client's lane is about to serve. */
export interface Served {
  readonly operation: Operation;
  /** Null: the fallback. */
  readonly reservationId: ReservationId | null;
  readonly model: string;
  /** 0 up to 10,000, a new one for each request. */
  readonly draw: number;
}

/** Whether it belongs to the share: of chats and completions, on another lane than the mirror, of the same model. */
export function isMirrored({ share, primaries, mirror }: PilotPlan, served: Served): boolean {
  const { operation, reservationId, draw } = served;
  if (draw >= share || operation === 'embedding') return false;
  if (primaries.length > 0 && !primaries.some((one) => one === reservationId)) return false;
  if (mirror.kind === 'fallback') return reservationId !== null;
  return reservationId !== mirror.reservationId && isOfModel(mirror.reservationId, served.model);
}

/** A reservation's id names its market. */
function isOfModel(reservationId: ReservationId, model: string): boolean {
  const market = reservationId.slice(0, reservationId.lastIndexOf('~'));
  return modelOf(market as Parameters<typeof modelOf>[0]) === model;
}
