import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { actorOf, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { Issue } from '../../../kernel/issue.js';
import { DAY_MS, MINUTE_MS, plus, type Instant } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once, type Transaction } from '../../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import type { Logger } from '../../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../../platform/platform.module.js';
import type { Export } from '../../../platform/prisma/generated/client.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { jobType, toMessage, type JobMessage } from '../../../platform/queue/job.js';
import { putJob } from '../../../platform/queue/put-job.js';
import { isInvoice } from '../../model/closing.js';
import { checkExport, isDocumentSet, NO_ROWS, type AskedExport, type ExportRequest } from '../../model/export/export-request.js';
import { PartyService, type Parties } from '../documents/party.service.js';
import { InvoiceService } from '../invoice.service.js';
import { ChangedFileError, ExportBuilder } from './export-builder.js';
import { exportEndedJob, type ExportEnd } from './export-ended.js';
import { windowOf } from './month-pages.js';
import { ExportScopes } from './export-scope.js';
import { ExportStore, SupersededError, type Claim, type FinishedFile } from './export-store.js';

export type ExportOutcome =
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  | { readonly kind: 'not-found' }
  /** Answers of before months were closed without an invoice do not say whether this was. */
  | { readonly kind: 'not-invoiced'; readonly month: string; readonly isClosed?: boolean }
  | { readonly kind: 'no-address'; readonly whose: readonly (keyof Parties)[] }
  | { readonly kind: 'too-many'; readonly open: number }
  | { readonly kind: 'accepted'; readonly exportId: string };

/** Makes a file, or looks whether whoever makes it is still there. */
const buildExportJob = jobType(
  'billing',
  'build-export',
  z.object({ exportId: z.string(), look: z.number().int() }),
);
const forgetExportJob = jobType('billing', 'forget-export', z.object({ exportId: z.string() }));

/** That an organization may have queued or running at once. */
export const OPEN_EXPORTS_MAX = 10;
/** How long a file is kept. */
export const KEPT_DAYS = 30;
const ATTEMPTS_MAX = 5;

/** Files for controllers, made in the background. */
@Injectable()
export class ExportService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly builder: ExportBuilder,
    private readonly store: ExportStore,
    private readonly invoices: InvoiceService,
    private readonly parties: PartyService,
    private readonly scopes: ExportScopes,
    private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(buildExportJob, ({ exportId, look }) => this.run(exportId, look));
    this.jobs.register(forgetExportJob, ({ exportId }) => this.store.forget(exportId));
  }

  async request(
    caller: AuthenticatedPrincipal,
    input: AskedExport,
    idempotencyKey: string,
  ): Promise<ExportOutcome> {
    const issues = checkExport(input, this.clock.now());
    if (issues.length > 0) return { kind: 'invalid', issues };
    const { organizationId } = caller;
    const { month, number, ...what } = input;
    const content = { requestExport: { ...what, ...(number === null ? { month } : { number }) } };
    const asked = await this.requestOf(caller, input);
    const refusal = 'kind' in asked ? asked : await this.notElectronic(caller, asked);
    const { answer } = await once<ExportOutcome>(
      this.database,
      { scope: organizationId, key: idempotencyKey, content },
      async (transaction) => {
        if (refusal !== null || 'kind' in asked) return refusal as ExportOutcome;
        const status = { in: ['queued', 'running'] };
        const open = await transaction.export.count({ where: { organizationId, status } });
        if (open >= OPEN_EXPORTS_MAX) return { kind: 'too-many', open };
        const exportId = nameUuid('export', organizationId, idempotencyKey);
        await this.queue(transaction, exportId, { ...asked, caller });
        return { kind: 'accepted', exportId };
      },
    );
    return answer;
  }

  /** Null when there is none, or it is not the organization's. */
  find(organizationId: string, exportId: string): Promise<Export | null> {
    return this.database.export.findFirst({ where: { exportId, organizationId } });
  }

  /** What is asked for, or why it cannot be. */
  private async requestOf(
    { organizationId }: AuthenticatedPrincipal,
    { dataset, format, month, number }: AskedExport,
  ): Promise<ExportRequest | Extract<ExportOutcome, { kind: 'not-found' | 'invalid' }>> {
    if (number === null) return { dataset, format, month: present(month, 'month'), document: null };
    const named = await this.scopes.named(organizationId, number);
    if (named === null) return { kind: 'not-found' };
    if (named.kind === 'credit_note' && !isDocumentSet(dataset)) return { kind: 'invalid', issues: [NO_ROWS] };
    return { dataset, format, month: named.month, document: number };
  }

  /**
   * Why a month has no e-invoice: EN 16931 wants an invoice, and the addresses of both sides on it. Credit notes of the
   * month are final by themselves: where there are some, what is left out beside them is said in the file.
   */
  private async notElectronic(
    { organizationId }: AuthenticatedPrincipal,
    { dataset, month, document }: ExportRequest,
  ): Promise<ExportOutcome | null> {
    if (dataset !== 'e_invoices') return null;
    if (document !== null) return this.unaddressed(organizationId, document);
    if (await this.hasCreditNotes(organizationId, month)) return null;
    const closing = (await this.invoices.closings(organizationId)).find((one) => one.month === month);
    if (closing === undefined || !isInvoice(closing)) return { kind: 'not-invoiced', month, isClosed: closing !== undefined };
    return this.unaddressed(organizationId, closing.number);
  }

  private async unaddressed(organizationId: OrganizationId, number: string): Promise<ExportOutcome | null> {
    const invoice = await this.invoices.findByNumber(organizationId, number);
    // A credit note says itself what it lacks.
    if (invoice === null) return null;
    const parties = await this.parties.of(number, organizationId, invoice.parties);
    const whose = (['issuer', 'customer'] as const).filter((side) => parties[side].address === null);
    return whose.length === 0 ? null : { kind: 'no-address', whose };
  }

  private async hasCreditNotes(organizationId: string, month: string): Promise<boolean> {
    const { start, end } = windowOf(month);
    const issuedAt = { gte: new Date(start), lt: new Date(end) };
    return (await this.database.creditNote.count({ where: { organizationId, issuedAt }, take: 1 })) > 0;
  }

  private async queue(
    transaction: Transaction,
    exportId: string,
    { caller, ...what }: ExportRequest & { readonly caller: AuthenticatedPrincipal },
  ): Promise<void> {
    const requestedAt = new Date(this.clock.now());
    const who = { organizationId: caller.organizationId, requestedBy: actorOf(caller) };
    const data = { exportId, ...what, ...who, requestedAt, status: 'queued' };
    await transaction.export.create({ data });
    await putJob(transaction, this.lookAt(exportId, 1, 0));
  }

  private lookAt(exportId: string, look: number, delay: number): ReturnType<typeof toMessage> {
    const when = { runAt: plus(this.clock.now(), delay), dedupeKey: `${exportId} ${look}` };
    return toMessage(buildExportJob, { exportId, look }, when);
  }

  /** May run twice, also at once: the one that finds it taken looks again a minute later. */
  private async run(exportId: string, look: number): Promise<void> {
    const claim = await this.store.claim(exportId, randomUUID());
    if (claim !== null) return this.make(claim);
    const row = await this.database.export.findUnique({ where: { exportId } });
    if (row?.status !== 'running' && row?.status !== 'queued') return;
    await putJob(this.database, this.lookAt(exportId, look + 1, MINUTE_MS));
  }

  private async make(claim: Claim): Promise<void> {
    const { exportId } = claim;
    try {
      const file = await this.builder.build(claim);
      const now = this.clock.now();
      const keptUntil = plus(now, KEPT_DAYS * DAY_MS);
      const told = tellOf(claim, now, { end: 'ready', ...textsOf(file), keptUntil });
      const when = { runAt: keptUntil, dedupeKey: exportId };
      await this.store.finish(claim, file, new Date(now), [told, toMessage(forgetExportJob, { exportId }, when)]);
    } catch (error) {
      await this.noteFailure(claim, error);
    }
  }

  /** A file that will not come is said not to; anything else is tried again, from its start. */
  private async noteFailure(claim: Claim, error: unknown): Promise<void> {
    if (error instanceof SupersededError) return;
    const isFinal = error instanceof ChangedFileError || claim.attempts >= ATTEMPTS_MAX;
    if (!isFinal) {
      await this.store.release(claim);
      throw error;
    }
    this.logger.error({ err: error, exportId: claim.exportId }, 'an export failed');
    const failure =
      error instanceof ChangedFileError
        ? 'the month is closed and its file would not be the same as before: we are looking into it'
        : 'it failed again and again: ask for it once more, or tell us';
    const now = this.clock.now();
    await this.store.fail(claim, failure, new Date(now), [tellOf(claim, now, { end: 'failed', reason: failure })]);
  }
}

function tellOf(claim: Claim, endedAt: Instant, end: ExportEnd): JobMessage {
  const { exportId, organizationId, requestedBy, dataset, format, month } = claim;
  const asked = { exportId, organizationId, requestedBy, dataset, format, month };
  return toMessage(exportEndedJob, { ...asked, endedAt, ...end }, { runAt: endedAt, dedupeKey: exportId });
}

function textsOf({ bytes, rows, notes: _notes, ...named }: FinishedFile): Omit<Extract<ExportEnd, { end: 'ready' }>, 'end' | 'keptUntil'> {
  return { ...named, bytes: bytes.toString(), rows: rows.toString() };
}
