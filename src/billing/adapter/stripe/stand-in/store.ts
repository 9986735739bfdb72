import type { Stripe } from 'stripe';

/** What the stand-in remembers, by collection; every value has its key in `id`. */
export interface Collections {
  readonly customers: Stripe.Customer;
  readonly payment_methods: Stripe.PaymentMethod;
  readonly payment_intents: Stripe.PaymentIntent;
  readonly setup_intents: Stripe.SetupIntent;
  readonly charges: Stripe.Charge;
  readonly refunds: Stripe.Refund;
  readonly events: StoredEvent;
  /** Which published test payment method stands behind a payment method of ours. */
  readonly test_methods: { readonly id: string; readonly name: string };
  readonly idempotency_keys: StoredAnswer;
  readonly deliveries: Delivery;
}
export type Collection = keyof Collections;

/** https://docs.stripe.com/api/events/object */
export interface StoredEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string | null;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly data: { readonly object: object };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: Stripe.EventBase['type'];
}

/** The first answer to an idempotency key; `id` is the key. */
export interface StoredAnswer {
  readonly id: string;
  /** Of method, path and parameters. */
  readonly fingerprint: string;
  readonly path: string;
  readonly requestId: string;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly status: number;
  readonly body: object;
}

/** How far the delivery of an event has come; `id` is the event's. */
export interface Delivery {
  readonly id: string;
  readonly attempts: number;
  readonly state: 'pending' | 'delivered' | 'abandoned';
}

export type Change = {
  [C in Collection]: {
    readonly collection: C;
    readonly id: string;
    /** Null removes it. */
    readonly value: Collections[C] | null;
  };
}[Collection];

/** What the stand-in keeps its objects in. Reads see every commit that has resolved. */
export interface StandInStore {
  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined;
  /** Oldest first. */
  list<C extends Collection>(collection: C): readonly Collections[C][];
  /** All or nothing; durable, as far as the store is, once resolved. */
  commit(changes: readonly Change[]): Promise<void>;
}

/** The index in memory that both stores read from. */
export class StandInIndex {
  private readonly collections = new Map<Collection, Map<string, Change['value']>>();

  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined {
    return this.valuesOf(collection).get(id);
  }

  list<C extends Collection>(collection: C): readonly Collections[C][] {
    return [...this.valuesOf(collection).values()];
  }

  apply(changes: readonly Change[]): void {
    for (const { collection, id, value } of changes) {
      const values = this.valuesOf(collection) as Map<string, Change['value']>;
      if (value === null) values.delete(id);
      else values.set(id, value);
    }
  }

  /** Everything, as the changes that would make it. */
  snapshot(): Change[] {
    return [...this.collections].flatMap(([collection, values]) =>
      [...values].map(([id, value]) => ({ collection, id, value }) as Change),
    );
  }

  private valuesOf<C extends Collection>(collection: C): Map<string, Collections[C]> {
    const known = this.collections.get(collection);
    if (known !== undefined) return known as Map<string, Collections[C]>;
    const values = new Map<string, Collections[C]>();
    this.collections.set(collection, values);
    return values;
  }
}

/** For tests: gone with the process. */
export class MemoryStandInStore implements StandInStore {
  private readonly index = new StandInIndex();

  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined {
    return this.index.get(collection, id);
  }

  list<C extends Collection>(collection: C): readonly Collections[C][] {
    return this.index.list(collection);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    this.index.apply(structuredClone(changes));
  }
}
