import type { ReservationId } from '../../kernel/ids.js';

/** Which lane a request is sent to first. */
export type Policy =
  /** The one measured fastest to its first token, 95th percentile. */
  | { readonly kind: 'lowest-ttft' }
  /** The one where what would be set aside for the request costs least, at the price it was bought at. */
  | { readonly kind: 'lowest-cost' }
  /** This one and no other. */
  | { readonly kind: 'pinned'; readonly reservationId: ReservationId }
  /** A share of requests, in hundredths of a per cent, tries this one first. */
  | { readonly kind: 'canary'; readonly reservationId: ReservationId; readonly share: number };



/** Where requests go that no reservation can serve now: an endpoint of the organization's own choice. */
export interface Fallback {
  readonly url: string;
  /** What that endpoint calls the model; null: as the client does, without a quantization. */
  readonly model: string | null;
}

/** How an organization, or one of its keys, wants requests routed. */
export interface Routing {
  readonly policy: Policy;
  /** Null: nothing is sent where no capacity is held. */
  readonly fallback: Fallback | null;
}

export const DEFAULT_ROUTING: Routing = { policy: { kind: 'lowest-ttft' }, fallback: null };
