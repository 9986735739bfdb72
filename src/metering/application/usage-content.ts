import { createHash } from 'node:crypto';
import type { UsageReport } from '../model/usage-report.js';

/** Over what is metered: how a count is written, or what else an event carries, does not matter. */
export function contentHashOf({
  reservationId,
  servedAt,
  counts,
}: Pick<UsageReport, 'servedAt' | 'counts'> & { readonly reservationId: string | null }): Buffer {
  const { input, cachedInput, output, reasoning } = counts;
  const content = [reservationId, servedAt, input, cachedInput, output, reasoning].join(' ');
  return createHash('sha256').update(content).digest();
}
