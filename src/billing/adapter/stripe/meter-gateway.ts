import type { Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import type { PaymentFailure } from './payment-gateway.js';

/** How a meter counts: the sum of what is sent to it, by customer. */
export interface MeterSettings {
  readonly eventName: string;
  /** Not shown to customers. */
  readonly displayName: string;
  readonly customerKey: string;
  readonly valueKey: string;
}

export interface MeterFacts {
  readonly meterId: string;
  /** An archived one takes nothing. */
  readonly isActive: boolean;
  /** Null for one that counts otherwise: not a sum, or gathered by Stripe over time. */
  readonly settings: Omit<MeterSettings, 'displayName'> | null;
}

export interface MeterEventRequest extends Pick<MeterSettings, 'eventName' | 'customerKey' | 'valueKey'> {
  readonly customerId: string;
  /** A whole number; below zero it takes back. */
  readonly quantity: bigint;
  readonly at: Instant;
  /** Stripe counts what bears it once, for a day at least. */
  readonly identifier: string;
  readonly idempotencyKey: string;
}

/** What a customer used; from one UTC day or hour to another. */
export interface MeteredUse {
  readonly meterId: string;
  readonly customerId: string;
  readonly window: Window;
  readonly by: 'day' | 'hour';
}

/** Something that Stripe took, and did not count when it looked at it. */
export interface MeterEventError {
  readonly identifier: string;
  /** In Stripe's words. */
  readonly code: string;
}

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** The door to meters at Stripe. */
export interface MeterGateway {
  /** The meter of a name, one that takes events before any other; null for none. */
  find(eventName: string): Asked<MeterFacts | null>;
  create(settings: MeterSettings, idempotencyKey: string): Asked<MeterFacts>;
  /** Answers with the identifier, also when Stripe has had it. */
  send(request: MeterEventRequest): Asked<string>;
  total(use: MeteredUse): Asked<bigint>;
  /** What a report names as examples; not all that it counts. */
  errorsOf(eventId: string): Asked<readonly MeterEventError[]>;
}
