import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/prisma.js';
import { jobType } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { StripeCallService } from './stripe-call.service.js';

const completeTopUpJob = jobType('billing', 'complete-top-up', z.object({ topUpId: z.string() }));
const createAccountJob = jobType('billing', 'create-payout-account', z.object({ organizationId: z.string() }));
const reverseTransferJob = jobType('billing', 'reverse-transfer', z.object({ reversalId: z.string() }));

/**
 * Jobs of releases in which top-ups, accounts and reversals looked after themselves. Those that still wait
 * in a queue hand over to the calls that their rows became.
 */
@Injectable()
export class EarlierStripeJobs implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
  ) {}

  onModuleInit(): void {
    this.jobs.register(completeTopUpJob, ({ topUpId }) => this.calls.resume(topUpId));
    this.jobs.register(reverseTransferJob, ({ reversalId }) => this.calls.resume(reversalId));
    this.jobs.register(createAccountJob, async ({ organizationId }) => {
      const account = await this.database.payoutAccount.findUnique({ where: { organizationId } });
      if (account !== null) await this.calls.resume(account.requestId);
    });
  }
}
