import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { OutboxRelay } from '../../eventstore/outbox-relay.js';
import { DAY_MS, floorToGrid, plus, type Duration } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { toMessage } from '../../platform/queue/job.js';
import { forgetNoticesJob } from './notice.jobs.js';

/** Deliveries and messages are looked at for so long. */
export const KEPT = (60 * DAY_MS) as Duration;

/** Forgets notices, with what came of them, once a day: what happened is in the log. */
@Injectable()
export class NoticeRetention implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobRegistry,
    private readonly outbox: OutboxRelay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(forgetNoticesJob, () => this.forget());
    this.jobs.addFirst(() => this.putNext());
  }

  /** May run twice, also at once: what is gone is gone. */
  private async forget(): Promise<void> {
    const before = new Date(plus(this.clock.now(), -KEPT));
    await this.database.notice.deleteMany({ where: { occurredAt: { lt: before } } });
    await this.database.mailMessage.deleteMany({ where: { createdAt: { lt: before } } });
    await this.putNext();
  }

  private async putNext(): Promise<void> {
    const day = plus(floorToGrid(this.clock.now(), DAY_MS), DAY_MS);
    await this.outbox.put(toMessage(forgetNoticesJob, { day }, { runAt: day, dedupeKey: `${day}` }));
  }
}
