import { hash } from 'node:crypto';
import type { UsageReport } from '../model/usage-report.js';

/** Over what is metered: how a count is written, or what else an event carries, does not matter. */
export function contentHashOf({
  reservationId,
  servedAt,
  counts,
  requestId = null,
  corrects = null,
}: Pick<UsageReport, 'servedAt' | 'counts'> &
  Partial<Pick<UsageReport, 'requestId' | 'corrects'>> & { readonly reservationId: string | null }): Buffer {
  const { input, cachedInput, output, reasoning } = counts;
  // When a correction was made changes nothing about what it says.
  const at = corrects === null ? servedAt : JSON.stringify([corrects.source, corrects.id]);
  const named = requestId === null ? '' : ` ${JSON.stringify(requestId)}`;
  const content = `${reservationId ?? ''} ${at} ${input} ${cachedInput} ${output} ${reasoning}${named}`;
  return hash('sha256', content, 'buffer');
}
