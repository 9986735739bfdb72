import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Instant } from '../../../../kernel/time.js';
import type { Delivery } from './collections.js';
import type { Change, StandInStore } from './store.js';

const TIMEOUT_MS = 10_000;
/** Stripe goes on for three days; the stand-in gives up after some minutes. */
const RETRY_DELAYS_MS: readonly number[] = [200, 1_000, 5_000, 30_000, 120_000];

export interface WebhookDeliverySettings {
  readonly store: StandInStore;
  readonly clock: () => Instant;
  readonly secret: string;
  /** How long to wait after each failed attempt but the last. */
  readonly retryDelaysMs?: readonly number[];
}

/**
 * Posts events to the webhook endpoint, signed, at least once: how far each has come is in the
 * store, so a restart goes on with what was pending. In no order, like Stripe.
 */
export class WebhookDelivery {
  private url: string | null = null;
  private readonly running = new Map<string, Promise<void>>();
  private readonly closing = new AbortController();
  private isHeld = false;
  /** Ends when events are kept back or released: nobody goes on trying then. */
  private lull = new AbortController();

  constructor(private readonly settings: WebhookDeliverySettings) {}

  get isConnected(): boolean {
    return this.url !== null;
  }

  /** Whether events are kept back. */
  get isHolding(): boolean {
    return this.isHeld;
  }

  /** Events made from now on go to this URL, and those that are still pending. */
  connect(url: string): void {
    this.url = url;
    this.start(this.waiting());
  }

  /** Those that are neither delivered nor given up, oldest first. */
  waiting(): readonly string[] {
    const pending = this.settings.store.list('deliveries').filter(({ state }) => state === 'pending');
    return pending.map(({ id }) => id);
  }

  /** From now on nothing is sent but what is on its way; a restart sends it. */
  hold(): void {
    this.isHeld = true;
    this.lull.abort();
  }

  /** Sends what waits one after the other, all of it `times` times; returns how many events that are. */
  release(order: 'as_made' | 'reversed', times: number): number {
    this.isHeld = false;
    this.lull.abort();
    const waiting = this.waiting();
    const ids = order === 'reversed' ? waiting.toReversed() : waiting;
    const turn: Promise<void> = Promise.all(this.running.values())
      .then(() => this.inTurn(ids, times))
      // A store that cannot write leaves them pending; the next connect tries again.
      .catch(() => undefined)
      .then(() => {
        for (const id of ids) if (this.running.get(id) === turn) this.running.delete(id);
        // What was refused is tried again as any other, and what was made meanwhile goes out.
        this.start(this.waiting());
      });
    for (const id of ids) this.running.set(id, turn);
    return ids.length;
  }

  private async inTurn(ids: readonly string[], times: number): Promise<void> {
    if (this.isHeld) return;
    const { signal } = (this.lull = new AbortController());
    for (let round = 0; round < times; round += 1) {
      for (const id of ids) {
        if (this.isClosing() || signal.aborted) return;
        await this.attempt(id);
      }
    }
  }

  start(eventIds: readonly string[]): void {
    if (this.isHeld) return;
    for (const id of eventIds) {
      if (this.running.has(id)) continue;
      // A store that cannot write leaves the event pending; the next connect tries again.
      const delivery = this.deliver(id)
        .catch(() => undefined)
        .finally(() => this.running.delete(id));
      this.running.set(id, delivery);
    }
  }

  /** Once more, whatever came of it before; also while others are kept back, and then tried once. */
  redeliver(eventId: string): Promise<void> {
    const again = this.afresh(eventId, this.running.get(eventId));
    const tracked: Promise<void> = again
      .catch(() => undefined)
      .then(() => {
        if (this.running.get(eventId) === tracked) this.running.delete(eventId);
      });
    this.running.set(eventId, tracked);
    return again;
  }

  private async afresh(eventId: string, before: Promise<void> | undefined): Promise<void> {
    await before;
    await this.save(eventId, { attempts: 0, state: 'pending' });
    if (this.isHeld) await this.attempt(eventId);
    else await this.deliver(eventId);
  }

  /** Whether there is such an event. */
  knows(eventId: string): boolean {
    return this.messageOf(eventId) !== null;
  }

  /** Resolves when nothing is on its way: each event is delivered or given up. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  /** What is on its way stays pending. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.settled();
  }

  private async deliver(eventId: string): Promise<void> {
    while (!this.isClosing() && !this.lull.signal.aborted) {
      const delay = await this.attempt(eventId);
      if (delay === null || !(await this.pause(delay))) return;
    }
  }

  /** How long to wait before the next attempt, or null when there is none. */
  private async attempt(eventId: string): Promise<number | null> {
    const { store, retryDelaysMs = RETRY_DELAYS_MS } = this.settings;
    const message = this.messageOf(eventId);
    const delivery = store.get('deliveries', eventId);
    if (message === null || delivery === undefined) return null;
    const attempts = delivery.attempts + 1;
    if (await this.post(message)) {
      await this.save(eventId, { attempts, state: 'delivered' });
      return null;
    }
    if (this.isClosing()) return null;
    const delay = retryDelaysMs[delivery.attempts] ?? null;
    await this.save(eventId, { attempts, state: delay === null ? 'abandoned' : 'pending' });
    return delay;
  }

  /** What is posted: all of an event, or of one of API v2 what its notification says. */
  private messageOf(eventId: string): object | null {
    const { store } = this.settings;
    const { data: _data, ...thin } = store.get('core_events', eventId) ?? {};
    return store.get('events', eventId) ?? ('id' in thin ? thin : null);
  }

  private isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  private async post(message: object): Promise<boolean> {
    const { secret, clock } = this.settings;
    if (this.url === null) return false;
    const body = JSON.stringify(message, null, 2);
    const signature = signWebhook(body, secret, clock());
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signature,
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        redirect: 'manual',
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Refused, cut, or too slow: the next attempt may do better.
      return false;
    }
  }

  private async save(eventId: string, progress: Omit<Delivery, 'id'>): Promise<void> {
    const { store } = this.settings;
    if (this.messageOf(eventId) === null) return;
    const delivery: Delivery = { id: eventId, ...progress };
    const pending_webhooks = progress.state === 'delivered' ? 0 : 1;
    const event = store.get('events', eventId);
    const changes: Change[] = [
      { collection: 'deliveries', id: eventId, value: delivery },
      ...(event === undefined ? [] : [{ collection: 'events', id: eventId, value: { ...event, pending_webhooks } } as const]),
    ];
    await store.commit(changes);
  }

  /** False when the stand-in closes, or keeps events back, meanwhile. */
  private async pause(delayMs: number): Promise<boolean> {
    try {
      await wait(delayMs, undefined, { signal: AbortSignal.any([this.closing.signal, this.lull.signal]), ref: false });
      return true;
    } catch {
      return false;
    }
  }
}

/** The `Stripe-Signature` header: https://docs.stripe.com/webhooks#verify-manually */
export function signWebhook(body: string, secret: string, at: Instant): string {
  const timestamp = Math.floor(at / 1_000);
  const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex');
  return `t=${timestamp},v1=${mac}`;
}
