import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { CancelTimer, Timers } from '../../platform/clock/timers.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';
import {
  BUCKET_STORE_LIMITS,
  type BucketStore,
  type Claim,
  type Membership,
  type Settlement,
  type Taking,
} from '../../platform/rate-limit/bucket-store.js';
import type { GatewayLimits } from './gateway-limits.js';
import { BUCKET_STORE, GATEWAY_LIMITS, TIMERS } from './tokens.js';

const BEAT_MS = 1_000;
/** Settlements that wait for the store to be back; what is beyond comes back with its lease. */
const UNSETTLED_MAX = 10_000;

/**
 * For so long the store may go on counting on a process that has lost it: until then the process uses nothing
 * of its share alone.
 */
export const GRACE_MS = BUCKET_STORE_LIMITS.aliveMs + BEAT_MS;

/** Whether this process admits from buckets it shares with others, or alone from its even share. */
@Injectable()
export class SharedBuckets implements OnApplicationShutdown {
  /** Another one after each loss: what it took before then comes back by its lease. */
  private process = randomUUID();
  private membership: Membership | null = null;
  /** The memory of the store that was used last. */
  private memory: string | null = null;
  private hasUsedAlone = false;
  private losses = 0;
  private tickets = 0;
  private unsettled: Settlement[] = [];
  private opening: Promise<void> | null = null;
  private beating: Promise<void> | null = null;
  private cancel: CancelTimer | null = null;

  constructor(
    @Inject(BUCKET_STORE) private readonly store: BucketStore | null,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(GATEWAY_LIMITS) private readonly limits: GatewayLimits,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Processes whose shares make up what is shared; null: this one admits alone. */
  get alive(): number | null {
    return this.membership?.alive ?? null;
  }

  /** How often the store was lost: each time shares are begun anew. */
  get period(): number {
    return this.losses;
  }

  /** From the first request on: a process that serves none has no share to bring. */
  async open(): Promise<void> {
    if (this.store === null) return;
    this.cancel ??= this.timers.every(BEAT_MS, () => void this.beat());
    this.opening ??= this.beat();
    await this.opening;
  }

  async onApplicationShutdown(): Promise<void> {
    this.cancel?.();
    await this.beating;
    await this.store?.leave(this.process).catch(() => undefined);
    this.store?.close();
  }

  /** Something was admitted from this process's share alone. */
  usedAlone(): void {
    this.hasUsedAlone = true;
  }

  nextTicket(): string {
    this.tickets += 1;
    return `${this.process}:${this.tickets}`;
  }

  /** Null: the store is lost, and this process goes on alone. */
  async take(claim: Omit<Claim, 'process' | 'processes'>): Promise<Taking | null> {
    const { store, process, membership } = this;
    if (store === null || membership === null) return null;
    const { processes } = this.limits;
    const taking = await store.take({ ...claim, process, processes }).catch((error: unknown) => this.missing(error));
    if (taking === null) {
      if (process === this.process) this.lose();
      return null;
    }
    if (process === this.process) this.membership = { memory: taking.memory, alive: taking.alive };
    return taking;
  }

  /** In the background; what cannot be told now is told when the store is back. */
  settle(settlement: Settlement): void {
    if (this.membership === null) this.keep(settlement);
    else void this.send(settlement);
  }

  private async send(settlement: Settlement): Promise<void> {
    await this.store?.settle(settlement).catch(() => this.keep(settlement));
  }

  private keep(settlement: Settlement): void {
    if (this.unsettled.length < UNSETTLED_MAX) this.unsettled.push(settlement);
  }

  private beat(): Promise<void> {
    this.beating ??= this.beatOnce().finally(() => (this.beating = null));
    return this.beating;
  }

  private async beatOnce(): Promise<void> {
    const { store, process } = this;
    if (store === null) return;
    // A beat that is not answered may have been heard: none is sent that will hardly be.
    if (this.membership === null && !(await store.isThere())) return;
    const isReturning = this.hasUsedAlone;
    // From here on it may be counted on: nothing more is used alone.
    if (isReturning) this.losses += 1;
    try {
      const { memory, limits: { processes } } = this;
      const membership = await store.beat({ process, processes, memory, isReturning });
      if (process === this.process) this.join(membership, isReturning);
    } catch (error) {
      this.missing(error);
      this.lose();
      return;
    }
    const { unsettled } = this;
    this.unsettled = [];
    await Promise.all(unsettled.map((one) => this.send(one)));
  }

  private join(membership: Membership, isReturning: boolean): void {
    if (this.membership === null) this.logger.info({ alive: membership.alive }, 'buckets are shared');
    this.membership = membership;
    this.memory = membership.memory;
    if (isReturning) this.hasUsedAlone = false;
  }

  private lose(): void {
    if (this.membership !== null) {
      this.logger.warn({}, 'buckets cannot be shared for now: this process uses its even share');
    }
    this.membership = null;
    this.process = randomUUID();
    this.losses += 1;
  }

  private missing(error: unknown): null {
    this.logger.debug({ err: error }, 'the store of shared buckets did not answer');
    return null;
  }
}
