import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { badRequest } from '../../api/http/bad-request.js';
import type { Issue } from '../../kernel/issue.js';
import { parseInstant, type Instant } from '../../kernel/time.js';
import {
  checkPeriod,
  INTERVALS,
  wholeIntervals,
  type IntervalName,
  type Period,
  type PeriodLimit,
} from '../model/period.rules.js';
import { TradeQueries } from '../projection/trade.queries.js';
import { candlesCsv, tradesCsv } from './market-data.csv.js';
import { marketIssues } from './market-data.reading.js';

/** Of one file. */
const ROWS_MAX = 10_000;
const TRADE_DAYS_MAX = 366;

type Parameters = Readonly<Record<string, unknown>>;

/** Market data as files, for everybody. */
@Controller('exports')
export class MarketDataExportController {
  constructor(@Inject(TradeQueries) private readonly trades: TradeQueries) {}

  /** `market`, `from`, `to`: trades in a period, oldest first. */
  @Get('trades.csv')
  async listTrades(@Query() given: Parameters, @Res() reply: FastifyReply): Promise<void> {
    const { market, period } = readAsked(given, { most: TRADE_DAYS_MAX, of: 'DAY' });
    const rows = await this.trades.within(market, period, ROWS_MAX + 1);
    const last = rows[ROWS_MAX];
    if (last !== undefined) throw badRequest([tooMany(last.tradedAt)]);
    await sendFile(reply, `headroom-trades-${market}.csv`, tradesCsv(rows));
  }

  /** `market`, `interval`, `from`, `to`: candles of whole intervals that the period touches. */
  @Get('candles.csv')
  async candles(@Query() given: Parameters, @Res() reply: FastifyReply): Promise<void> {
    const name = readInterval(given);
    const { market, period } = readAsked(given, { most: ROWS_MAX, of: name });
    const interval = INTERVALS[name];
    const { start, end } = wholeIntervals(period, interval);
    const rows = await this.trades.candles(market, interval, { from: start, to: end }, ROWS_MAX);
    const file = `headroom-candles-${name.toLowerCase()}-${market}.csv`;
    await sendFile(reply, file, candlesCsv(market, name, rows));
  }
}

function readAsked(
  given: Parameters,
  limit: PeriodLimit,
): { readonly market: string; readonly period: Period } {
  const market = textOf(given, 'market');
  const from = readInstant(given, 'from');
  const to = readInstant(given, 'to');
  const single = [...marketIssues('market', market), ...issuesIn(from), ...issuesIn(to)];
  if (typeof from !== 'number' || typeof to !== 'number') throw badRequest(single);
  const period = { from, to };
  const issues = [...single, ...checkPeriod(period, limit)];
  if (issues.length > 0) throw badRequest(issues);
  return { market, period };
}

const issuesIn = (read: Instant | Issue): readonly Issue[] => (typeof read === 'number' ? [] : [read]);

function readInstant(given: Parameters, field: string): Instant | Issue {
  const read = parseInstant(textOf(given, field));
  if (read.ok) return read.value;
  const accepted = 'an RFC 3339 instant with a zone, such as 2026-11-21T14:00:00Z';
  return { field, reason: 'is no instant', accepted };
}

function readInterval(given: Parameters): IntervalName {
  const text = textOf(given, 'interval').toUpperCase();
  const known = Object.keys(INTERVALS) as IntervalName[];
  const name = known.find((one) => one === text);
  if (name !== undefined) return name;
  const accepted = known.join(', ').toLowerCase();
  throw badRequest([{ field: 'interval', reason: 'is none that candles come in', accepted }]);
}

/** What is missing, or given twice, is no text. */
function textOf(given: Parameters, field: string): string {
  const value = given[field];
  return typeof value === 'string' ? value : '';
}

function tooMany(next: Date): Issue {
  const reason = `leaves more than ${ROWS_MAX} trades for one file`;
  return { field: 'to', reason, accepted: `${next.toISOString()} or earlier` };
}

async function sendFile(reply: FastifyReply, name: string, content: string): Promise<void> {
  await reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .type('text/csv; charset=utf-8')
    .send(content);
}
