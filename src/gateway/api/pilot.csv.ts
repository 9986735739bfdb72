import { toCsv } from '../../api/http/csv.js';
import { formatUsd } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import type { PilotReport } from '../application/pilot-report.service.js';

const COLUMNS = [
  'pilot_id',
  'started_at',
  'side',
  'start',
  'requests',
  'answered',
  'failed',
  'aborted',
  'refused',
  'input_tokens',
  'output_tokens',
  'ttft_samples',
  'ttft_p50_us',
  'ttft_p95_us',
  'ttft_p99_us',
  'stream_samples',
  'stream_p50_milli_tokens_per_second',
  'stream_p95_milli_tokens_per_second',
  'stream_p99_milli_tokens_per_second',
  'currency',
  'usd_per_million_tokens',
] as const;

/** One row for each side and start. The cost is of a whole side: it is in the row of all its requests. */
export function pilotCsv({ pilot, groups, costs }: PilotReport): string {
  const rows = groups.map(({ side, start, requests, ends, counts, ttft, streamSpeed }) => {
    const cost = start === 'all' ? costs[side] : null;
    const numbers = [
      ...[requests, ends.answered, ends.failed, ends.aborted, ends.refused, counts.input, counts.output],
      ...[ttft.samples, ttft.p50, ttft.p95, ttft.p99],
      ...[streamSpeed.samples, streamSpeed.p50, streamSpeed.p95, streamSpeed.p99],
    ];
    return [
      ...[pilot.pilotId, formatInstant(pilot.startedAt), side, start],
      ...numbers.map((number) => (number === null ? '' : `${number}`)),
      ...['USD', cost === null ? '' : formatUsd(cost)],
    ];
  });
  return toCsv(COLUMNS, rows);
}
