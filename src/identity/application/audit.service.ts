import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK } from '../../platform/platform.module.js';
import { AuditTrail } from '../contract.js';

type Entry = Parameters<AuditTrail['record']>[0];

/** Writes the audit trail; in the transaction of what it records where there is one. */
@Injectable()
export class AuditService extends AuditTrail {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async record(entry: Entry): Promise<void> {
    await this.recordIn(this.database, entry);
  }

  async recordIn(
    transaction: Pick<Transaction, 'auditEntry'>,
    { organizationId, actor, action, subject, details }: Entry,
  ): Promise<void> {
    const at = new Date(this.clock.now());
    const data = { entryId: uuidV7(), at, organizationId, actor, action, subject, details };
    await transaction.auditEntry.create({ data });
  }
}
