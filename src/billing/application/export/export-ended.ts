import { z } from 'zod';
import { DATASETS, FORMATS } from '../../model/export/export-request.js';
import { jobType } from '../../../platform/queue/job.js';

const asked = z.object({
  exportId: z.string(),
  organizationId: z.string(),
  /** `member:…` or `key:…`. */
  requestedBy: z.string(),
  dataset: z.enum(DATASETS),
  format: z.enum(FORMATS),
  month: z.string(),
  /** Milliseconds since the epoch. */
  endedAt: z.number().int(),
});
const ready = z.object({
  end: z.literal('ready'),
  fileName: z.string(),
  /** Null: of a draft, or of a month that was closed without an invoice. */
  invoiceNumber: z.string().nullable(),
  /** When the month was closed without an invoice; null: it has one, or is a draft, as all without one were once. */
  closedAt: z.number().int().nullable().default(null),
  bytes: z.string(),
  rows: z.string(),
  sha256: z.string(),
  keptUntil: z.number().int(),
});
const failed = z.object({ end: z.literal('failed'), reason: z.string() });

const end = z.discriminatedUnion('end', [ready, failed]);
export type ExportEnd = z.infer<typeof end>;
const exportEnded = z.intersection(asked, end);
/** What became of an export; holds no link to it. */
export type ExportEnded = z.infer<typeof exportEnded>;

/** Tells whoever is told of things. In the outbox with the row that says so, so that neither is without the other. */
export const exportEndedJob = jobType('billing', 'export-ended', exportEnded);
