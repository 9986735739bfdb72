import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { badRequest } from '../../api/http/bad-request.js';
import type { Issue } from '../../kernel/issue.js';
import { MarketDataService } from '../application/market-data.service.js';
import { INTERVALS, wholeIntervals } from '../model/period.rules.js';
import { TradeQueries } from '../projection/trade.queries.js';
import { showDepth } from './market-data.book.js';
import { CALENDAR_STEPS } from './market-data.book.types.js';
import {
  availabilityCsv,
  candlesCsv,
  depthCsv,
  priceIndexCsv,
  speedPremiumCsv,
  tradesCsv,
} from './market-data.csv.js';
import {
  readAll,
  readFirst,
  readIntervals,
  readMarketName,
  readModelAndDays,
  readName,
  readPeriod,
  readWindow,
  type Given,
} from './market-data.file.reading.js';
import { showClasses, showSpeedPremium } from './market-data.presentation.js';
import { asWindow, boundIssues } from './market-data.reading.js';

/** Of one file. */
const ROWS_MAX = 10_000;
const TRADE_DAYS_MAX = 366;
/** Of each side of a book. */
const LEVELS_MAX = ROWS_MAX / 2;

/** Market data as files, for everybody. */
@Controller('exports')
export class MarketDataExportController {
  constructor(
    @Inject(MarketDataService) private readonly data: MarketDataService,
    @Inject(TradeQueries) private readonly trades: TradeQueries,
  ) {}

  /** `market`, `from`, `to`: trades in a period, oldest first. */
  @Get('trades.csv')
  async listTrades(@Query() given: Given, @Res() reply: FastifyReply): Promise<void> {
    const limit = { most: TRADE_DAYS_MAX, of: 'DAY' } as const;
    const [market, period] = readAll(readMarketName(given), readPeriod(given, limit));
    const rows = await this.trades.within(market, period, ROWS_MAX + 1);
    const last = rows[ROWS_MAX];
    if (last !== undefined) throw badRequest([tooMany(last.tradedAt)]);
    await sendFile(reply, `trades-${market}`, tradesCsv(rows));
  }

  /** `market`, `interval`, `from`, `to`: candles of whole intervals that the period touches. */
  @Get('candles.csv')
  async candles(@Query() given: Given, @Res() reply: FastifyReply): Promise<void> {
    const named = readName(given, 'interval', INTERVALS);
    const asked = readAll(readMarketName(given), named, readIntervals(given, ROWS_MAX, named));
    const [market, name, period] = asked;
    const { start, end } = wholeIntervals(period, INTERVALS[name]);
    const whole = { from: start, to: end };
    const rows = await this.trades.candles(market, INTERVALS[name], whole, ROWS_MAX);
    await sendFile(reply, `candles-${name.toLowerCase()}-${market}`, candlesCsv(market, name, rows));
  }

  /** `market`, `start`, `end`, perhaps `first`: both sides of the book for one window, the best price first. */
  @Get('depth.csv')
  async depth(@Query() given: Given, @Res() reply: FastifyReply): Promise<void> {
    const asked = readAll(readMarketName(given), readWindow(given), readFirst(given, LEVELS_MAX));
    const [marketId, window, levels] = asked;
    const book = await this.data.book(marketId, window);
    if (book?.ok === false) throw badRequest(boundIssues(book.error, window));
    const shown = showDepth(book?.value ?? null, { marketId, window, levels });
    await sendFile(reply, `depth-${marketId}`, depthCsv(shown));
  }

  /** `market`, `step`, `from`, `to`: what is on offer throughout whole steps that the period touches. */
  @Get('availability.csv')
  async availability(@Query() given: Given, @Res() reply: FastifyReply): Promise<void> {
    const named = readName(given, 'step', CALENDAR_STEPS);
    const asked = readAll(readMarketName(given), named, readIntervals(given, ROWS_MAX, named));
    const [market, name, period] = asked;
    const step = INTERVALS[name];
    const { start, end } = wholeIntervals(period, step);
    const calendar = { from: start, step, count: (end - start) / step };
    const steps = await this.data.availability(market, calendar);
    const content = availabilityCsv(market, name, steps ?? []);
    await sendFile(reply, `availability-${name.toLowerCase()}-${market}`, content);
  }

  /** `model`, perhaps `days`: what a million tokens cost lately, by speed class. */
  @Get('price-index.csv')
  async priceIndex(@Query() given: Given, @Res() reply: FastifyReply): Promise<void> {
    const [{ model, days }] = readAll(readModelAndDays(given));
    const period = this.data.lastDays(days);
    const classes = showClasses(await this.trades.bySpeedClass(model, period));
    const content = priceIndexCsv({ model, period: asWindow(period), classes });
    await sendFile(reply, `price-index-${model}`, content);
  }

  /** `model`, perhaps `days`: the same by promised first token and stream speed. */
  @Get('speed-premium.csv')
  async speedPremium(@Query() given: Given, @Res() reply: FastifyReply): Promise<void> {
    const [{ model, days }] = readAll(readModelAndDays(given));
    const period = this.data.lastDays(days);
    const points = await this.trades.bySpeed(model, period);
    const content = speedPremiumCsv(showSpeedPremium(model, asWindow(period), points));
    await sendFile(reply, `speed-premium-${model}`, content);
  }
}

function tooMany(next: Date): Issue {
  const reason = `leaves more than ${ROWS_MAX} trades for one file`;
  return { field: 'to', reason, accepted: `${next.toISOString()} or earlier` };
}

async function sendFile(reply: FastifyReply, name: string, content: string): Promise<void> {
  await reply
    .header('content-disposition', `attachment; filename="headroom-${name}.csv"`)
    .header('cache-control', 'no-store')
    .type('text/csv; charset=utf-8')
    .send(content);
}
