import { Inject, Injectable } from '@nestjs/common';
import { GatewayUsage, type GatewayRecord } from '../../metering/contract.js';
import type { CancelTimer, Timers } from '../../platform/clock/timers.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';
import { shareOf, type Tier } from '../model/tier.js';
import { TIMERS } from './tokens.js';

export const RECORDER_LIMITS = {
  /** Records in one transaction. */
  batchMax: 500,
  /** Records that wait: with more, no new request is taken; of lower tiers with fewer. */
  waitingMax: 10_000,
  /** With more waiting, nothing is served that nobody waits for. */
  behindMax: 500,
  /** How long the end of an answer waits for its record, in milliseconds. */
  patienceMs: 10_000,
  retryMs: 200,
  /** How long a process that ends tries to store what waits. */
  drainMs: 15_000,
} as const;

interface Waiting {
  readonly record: GatewayRecord;
  readonly stored: () => void;
}

/**
 * Makes usage durable, many records in one commit: while one batch is being written the next one gathers.
 * A record stays until it is stored; writing it twice counts once.
 */
@Injectable()
export class UsageRecorder {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private isOver = false;

  constructor(
    private readonly usage: GatewayUsage,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Whether so much waits that nothing more should be served at that tier. */
  isFullFor(tier: Tier): boolean {
    return this.waiting.length >= shareOf(tier, RECORDER_LIMITS.waitingMax);
  }

  get isBehind(): boolean {
    return this.waiting.length > RECORDER_LIMITS.behindMax;
  }

  /** True once the record is durable; false when that takes too long: it goes on being tried. */
  record(record: GatewayRecord): Promise<boolean> {
    return new Promise((done) => {
      const cancel = this.timers.after(RECORDER_LIMITS.patienceMs, () => done(false));
      const stored = (): void => {
        cancel();
        done(true);
      };
      this.waiting.push({ record, stored });
      this.writing ??= this.writeAll().finally(() => (this.writing = null));
    });
  }

  /** Resolves when nothing waits any more, or when that takes too long: what waits then is lost. */
  async drain(): Promise<void> {
    if (this.writing === null) return;
    let cancel: CancelTimer = () => undefined;
    const late = new Promise<void>((done) => (cancel = this.timers.after(RECORDER_LIMITS.drainMs, done)));
    await Promise.race([this.allWritten(), late]);
    cancel();
    this.isOver = true;
    const { length: lost } = this.waiting;
    if (lost > 0) this.logger.error({ lost }, 'usage could not be stored before the process ended: it is lost');
  }

  private async allWritten(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0 && !this.isOver) {
      const batch = this.waiting.slice(0, RECORDER_LIMITS.batchMax);
      try {
        await this.usage.record(batch.map(({ record }) => record));
      } catch (error) {
        const { length: waiting } = this.waiting;
        this.logger.warn({ err: error, waiting }, 'usage could not be stored; it is tried again');
        await new Promise<void>((done) => this.timers.after(RECORDER_LIMITS.retryMs, done));
        continue;
      }
      this.waiting.splice(0, batch.length);
      for (const { stored } of batch) stored();
    }
  }
}
