import type { Stripe } from 'stripe';
import type { Instant } from '../../../../kernel/time.js';
import type { Collection, Collections, StoredCoreEvent, StoredEvent } from './collections.js';
import type { Change, StandInStore } from './store.js';

/** What one request of the API knows besides its parameters. */
export interface RequestContext {
  readonly now: Instant;
  /** Null for what happens without a request, such as a bank's answer. */
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  readonly apiVersion: string | null;
  /** Whether events are to be delivered to a webhook endpoint. */
  readonly hasWebhook: boolean;
  readonly makeId: (prefix: string) => string;
}

/** The writes and events of one request, committed together; reads see its own writes. */
export class UnitOfWork {
  private readonly staged = new Map<string, Change>();
  private readonly emitted: string[] = [];

  constructor(
    private readonly store: StandInStore,
    private readonly context: RequestContext,
  ) {}

  /** Seconds since the Unix epoch. */
  get now(): number {
    return Math.floor(this.context.now / 1_000);
  }

  id(prefix: string): string {
    return this.context.makeId(prefix);
  }

  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined {
    const change = this.staged.get(`${collection}/${id}`);
    if (change === undefined) return this.store.get(collection, id);
    return (change.value ?? undefined) as Collections[C] | undefined;
  }

  put<C extends Collection>(collection: C, value: Collections[C]): void {
    const change = { collection, id: value.id, value } as unknown as Change;
    this.staged.set(`${collection}/${value.id}`, change);
  }

  /** Newest first, as committed before this request. */
  newest<C extends Collection>(collection: C): readonly Collections[C][] {
    return [...this.store.list(collection)].reverse();
  }

  /** `account` is the connected account that it happened on. */
  emit(type: Stripe.EventBase['type'], object: object, account?: string): void {
    const { requestId, idempotencyKey, apiVersion, hasWebhook } = this.context;
    const event: StoredEvent = {
      id: this.id('evt'),
      object: 'event',
      ...(account === undefined ? {} : { account }),
      api_version: apiVersion,
      created: this.now,
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: hasWebhook ? 1 : 0,
      request: { id: requestId, idempotency_key: idempotencyKey },
      type,
    };
    this.put('events', event);
    this.deliver(event.id);
  }

  /** An event of API v2, of which a webhook says only that it happened. */
  notify(event: Pick<StoredCoreEvent, 'type' | 'related_object' | 'data'>): void {
    const created = new Date(this.context.now).toISOString();
    const stored: StoredCoreEvent = { id: this.id('evt_test'), object: 'v2.core.event', created, livemode: false, ...event };
    this.put('core_events', stored);
    this.deliver(stored.id);
  }

  private deliver(id: string): void {
    if (!this.context.hasWebhook) return;
    this.put('deliveries', { id, attempts: 0, state: 'pending' });
    this.emitted.push(id);
  }

  get changes(): Change[] {
    return [...this.staged.values()];
  }

  /** The events to deliver once the changes are committed. */
  get events(): readonly string[] {
    return this.emitted;
  }
}
