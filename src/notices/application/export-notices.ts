import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { exportEndedJob, type ExportEnded } from '../../billing/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { toldOfExport } from '../model/notice.reactions.js';
import { writeNotices } from './notice.writer.js';

/** Exports are no part of the log: what became of one comes as a job, in the outbox since it is so. */
@Injectable()
export class ExportNotices implements OnModuleInit {
  constructor(
    private readonly jobs: JobRegistry,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(exportEndedJob, (ended) => this.tell(ended));
  }

  /** May run twice: a notice has the id of its export. */
  private async tell(ended: ExportEnded): Promise<void> {
    const notice = toldOfExport(ended);
    const noticeId = nameUuid('notice', 'export', ended.exportId, notice.kind);
    const dated = { ...notice, noticeId, occurredAt: ended.endedAt };
    await inTransaction(this.pool, (client) => writeNotices(client, [dated], this.clock.now()));
  }
}
