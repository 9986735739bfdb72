import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { PublicAddress } from '../../billing/contract.js';
import { MemberDirectory, OrganizationDirectory, type Address } from '../../identity/contract.js';
import type { MemberId, OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import type { MailMessage, Notice } from '../../platform/prisma/generated/client.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import { nextMailAfter } from '../model/delivery.schedule.js';
import { invitationLetter, letterOf, oneLine, render, type Letter } from '../model/letter.js';
import { addresseesOf, isMailKind, MAIL_ROLES, recipientsOf } from '../model/mail.rules.js';
import { MailBook } from './mail-book.js';
import { MailTransport, type MailOutcome } from './mail-transport.js';
import { addressMailJob, sendMailAt, sendMailJob } from './notice.jobs.js';

export type MailStatus = 'pending' | 'sent' | 'needs_review' | 'dropped';

const data = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]));
const body = z.object({ data });

/**
 * Writes to members: a row first, one for each notice and recipient, then the message, until the mail
 * server has taken it. Addresses are looked up when they are used, and kept nowhere else.
 */
@Injectable()
export class MailService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly members: MemberDirectory,
    private readonly organizations: OrganizationDirectory,
    private readonly transport: MailTransport,
    private readonly book: MailBook,
    private readonly publicAddress: PublicAddress,
    private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(addressMailJob, ({ noticeId }) => this.address(noticeId));
    this.jobs.register(sendMailJob, ({ messageId, attempt }) => this.attempt(messageId, attempt));
  }

  /** One message for each member whose business it is; may run twice. */
  private async address(noticeId: string): Promise<void> {
    const notice = await this.database.notice.findUnique({ where: { noticeId } });
    if (notice === null || !isMailKind(notice.kind)) return;
    const { kind } = notice;
    const organizationId = notice.organizationId as OrganizationId;
    const told = body.parse(JSON.parse(notice.body)).data;
    const members = addresseesOf(kind, told, await this.members.withRoles(organizationId, MAIL_ROLES[kind]));
    const muted = await this.database.mailMute.findMany({ where: { kind, memberId: { in: [...members] } } });
    const recipients = recipientsOf<string>(members, muted.map(({ memberId }) => memberId));
    await this.database.$transaction(async (within) => {
      for (const memberId of recipients) {
        const messageId = nameUuid('mail', noticeId, memberId);
        await this.book.put(within, { messageId, organizationId, memberId, kind, noticeId, sealed: null });
      }
    });
  }

  private async attempt(messageId: string, number: number): Promise<void> {
    const row = await this.database.mailMessage.findUnique({ where: { messageId } });
    // Gone, over, or attempted already by a job that was thought lost.
    if (row === null || row.status !== 'pending' || row.attempts !== number - 1) return;
    const to = await this.members.addressOf(row.organizationId as OrganizationId, row.memberId as MemberId);
    const letter = await this.write(row);
    if (to === null || letter === null) return this.note(row, { status: 'dropped' });
    return this.settle(row, await this.send(messageId, to, letter));
  }

  /** One more attempt for a message that was given up; null: there is none such. May be asked twice. */
  async retry(within: Transaction, messageId: string): Promise<{ readonly organizationId: OrganizationId } | null> {
    const where = { messageId, status: 'needs_review' };
    const row = await within.mailMessage.findFirst({ where });
    if (row === null) return null;
    const { count } = await within.mailMessage.updateMany({ where: { ...where, attempts: row.attempts }, data: { status: 'pending' } });
    if (count === 0) return null;
    await putJob(within, sendMailAt(messageId, row.attempts + 1, this.clock.now()));
    return { organizationId: row.organizationId as OrganizationId };
  }

  private async settle(row: MailMessage, outcome: MailOutcome): Promise<void> {
    const now = this.clock.now();
    if (outcome.kind === 'sent') return this.note(row, { status: 'sent', failure: null, sentAt: new Date(now) });
    const { failure, isFinal } = outcome;
    const next = isFinal ? null : nextMailAfter(row.attempts + 1, now);
    if (next === null) return this.note(row, { status: 'needs_review', failure });
    return this.note(row, { status: 'pending', failure }, next);
  }

  private send(messageId: string, { name, email }: Address, letter: Letter): Promise<MailOutcome> {
    const to = { name: oneLine(name), address: email };
    return this.transport.send({ messageId, to, ...render(letter, this.publicAddress.publicUrl) });
  }

  /** Null: there is nothing to say any more. */
  private async write(message: MailMessage): Promise<Letter | null> {
    const { organizationId, noticeId, kind, sealed } = message;
    if (isMailKind(kind)) {
      const notice: Notice | null = await this.database.notice.findUnique({ where: { noticeId: noticeId ?? '' } });
      return notice === null ? null : letterOf(kind, body.parse(JSON.parse(notice.body)).data);
    }
    const organization = await this.organizations.find(organizationId as OrganizationId);
    if (sealed === null || organization === null) return null;
    const said = this.book.secretOf(message, sealed);
    if (Date.parse(said.expiresAt) <= this.clock.now()) return null;
    return invitationLetter({ organization: oneLine(organization.name), ...said });
  }

  /** What has ended stays so; what only the message may say goes with it. */
  private async note(
    { messageId, attempts }: MailMessage,
    values: { readonly status: MailStatus; readonly failure?: string | null; readonly sentAt?: Date },
    next?: Instant,
  ): Promise<void> {
    const isOver = values.status === 'sent' || values.status === 'dropped';
    await this.database.$transaction(async (within) => {
      const { count } = await within.mailMessage.updateMany({
        where: { messageId, status: 'pending', attempts },
        data: { ...values, attempts: attempts + 1, ...(isOver && { sealed: null }) },
      });
      if (count > 0 && next !== undefined) await putJob(within, sendMailAt(messageId, attempts + 2, next));
    });
    if (values.status === 'needs_review') {
      this.logger.warn({ messageId, failure: values.failure }, 'a message could not be sent; somebody must look');
    }
  }
}
