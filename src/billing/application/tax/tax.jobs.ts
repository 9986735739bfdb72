import { z } from 'zod';
import { jobType } from '../../../platform/queue/job.js';

/** Has the tax of an invoice in Stripe's reports. */
export const recordTaxJob = jobType(
  'billing',
  'record-tax',
  z.object({ organizationId: z.string(), number: z.string(), month: z.string(), calculationId: z.string() }),
);

/** Takes it out of them again, or a part of it. */
export const reverseTaxJob = jobType(
  'billing',
  'reverse-tax',
  z.object({
    organizationId: z.string(),
    invoiceNumber: z.string(),
    /** What does: a credit note, or the invoice that was made void. */
    document: z.string(),
    /** With its tax; null: all of it. */
    cents: z.string().nullable(),
  }),
);
