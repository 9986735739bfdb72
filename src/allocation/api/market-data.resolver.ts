import { Args, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { apiError } from '../../api/graphql/errors.js';
import { floorToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { MarketDataService } from '../application/market-data.service.js';
import { topOf } from '../model/depth.js';
import { checkPeriod, INTERVALS, wholeIntervals } from '../model/period.rules.js';
import { TradeQueries } from '../projection/trade.queries.js';
import {
  AvailabilityArguments,
  AvailabilityConnection,
  BookArguments,
  DepthArguments,
  MarketDepthType,
  TopOfBookType,
  type AvailableStepType,
} from './market-data.book.types.js';
import { readBook, showDepth } from './market-data.book.js';
import {
  showCandle,
  showClasses,
  showSpeedPremium,
  showTop,
  showTrade,
} from './market-data.presentation.js';
import {
  asWindow,
  INTERVALS_MAX,
  modelIssues,
  readMarket,
  refuse,
} from './market-data.reading.js';
import {
  CandleConnection,
  CandlesArguments,
  MarketTradeConnection,
  ModelArguments,
  PriceIndexType,
  SpeedPremiumType,
  TradesArguments,
  type CandleType,
  type MarketTradeType,
} from './market-data.trade.types.js';

/** Prices and quantities for everybody; from trades and the book, and without a name. */
@Resolver()
export class MarketDataResolver {
  constructor(
    private readonly data: MarketDataService,
    private readonly trades: TradeQueries,
  ) {}

  @Query(() => MarketDepthType, {
    nullable: true,
    description: 'The book of a market for one window, by price; null: there is no such market.',
  })
  @AllowAnyone()
  async depth(
    @Args() { marketId, window, first }: DepthArguments,
  ): Promise<MarketDepthType | null> {
    const { first: levels } = readPage({ first }, 1);
    return showDepth(await readBook(this.data, marketId, window), { marketId, window, levels });
  }

  @Query(() => TopOfBookType, {
    nullable: true,
    description: 'The best of both sides for one window; null: there is no such market.',
  })
  @AllowAnyone()
  async topOfBook(@Args() { marketId, window }: BookArguments): Promise<TopOfBookType | null> {
    const book = await readBook(this.data, marketId, window);
    return book === null ? null : { marketId, window, asOf: book.asOf, ...showTop(topOf(book)) };
  }

  @Query(() => AvailabilityConnection, {
    description: 'What is on offer over time, step by step; empty where there is no such market.',
  })
  @AllowAnyone()
  async availability(
    @Args() { marketId, from, to, step: stepName, ...pageArguments }: AvailabilityArguments,
  ): Promise<Connection<AvailableStepType>> {
    const market = readMarket(marketId);
    refuse(checkPeriod({ from, to }, { most: INTERVALS_MAX, of: stepName }));
    const page = readPage(pageArguments, 1);
    const step = INTERVALS[stepName];
    const whole = goOnFrom(wholeIntervals({ from, to }, step), page.after, step);
    const left = (whole.end - whole.start) / step;
    const calendar = { from: whole.start, step, count: Math.min(left, page.first + 1) };
    const steps = await this.data.availability(market, calendar);
    return toConnection(steps ?? [], page, (row) => row, (row) => [keyOf(row.window.start)]);
  }

  @Query(() => MarketTradeConnection, {
    name: 'trades',
    description: 'What was traded in a market, newest first. Names nobody.',
  })
  @AllowAnyone()
  async listTrades(
    @Args() { marketId, ...pageArguments }: TradesArguments,
  ): Promise<Connection<MarketTradeType>> {
    const market = readMarket(marketId);
    const page = readPage(pageArguments, 1);
    const before = page.after === null ? null : readSequence(page.after);
    const rows = await this.trades.newest(market, before, page.first + 1);
    return toConnection(rows, page, showTrade, ({ sequence }) => [String(sequence)]);
  }

  @Query(() => CandleConnection, {
    description: 'Prices and volumes by interval, oldest first; intervals without a trade are left out.',
  })
  @AllowAnyone()
  async candles(
    @Args() { marketId, interval: name, from, to, ...pageArguments }: CandlesArguments,
  ): Promise<Connection<CandleType>> {
    const market = readMarket(marketId);
    refuse(checkPeriod({ from, to }, { most: INTERVALS_MAX, of: name }));
    const page = readPage(pageArguments, 1);
    const interval = INTERVALS[name];
    const { start, end } = goOnFrom(wholeIntervals({ from, to }, interval), page.after, interval);
    const period = { from: start, to: end };
    const rows = await this.trades.candles(market, interval, period, page.first + 1);
    return toConnection(rows, page, showCandle, (row) => [row.start.toISOString()]);
  }

  @Query(() => PriceIndexType, {
    description: 'What a million tokens of a model cost lately, by speed class, from trades.',
  })
  @AllowAnyone()
  async priceIndex(@Args() given: ModelArguments): Promise<PriceIndexType> {
    refuse(modelIssues(given));
    const { model, days } = given;
    const period = this.data.lastDays(days);
    const classes = showClasses(await this.trades.bySpeedClass(model, period));
    return { model, period: asWindow(period), classes };
  }

  @Query(() => SpeedPremiumType, {
    description: 'What speed costs: trades of a model by the speed that was promised.',
  })
  @AllowAnyone()
  async speedPremium(@Args() given: ModelArguments): Promise<SpeedPremiumType> {
    refuse(modelIssues(given));
    const { model, days } = given;
    const period = this.data.lastDays(days);
    return showSpeedPremium(model, asWindow(period), await this.trades.bySpeed(model, period));
  }
}

const keyOf = (instant: Instant): string => new Date(instant).toISOString();

/** What is left of a period behind the interval that a cursor stands for; empty at its end. */
function goOnFrom({ start, end }: Window, after: readonly string[] | null, step: Duration): Window {
  if (after === null) return { start, end };
  const seen = readInstantKey(after[0] ?? '').getTime() as Instant;
  const next = plus(floorToGrid(seen, step), step);
  return { start: Math.min(Math.max(next, start), end) as Instant, end };
}

function readSequence([text = '']: readonly string[]): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw apiError('BAD_USER_INPUT', 'after: expected a cursor from an earlier page of this list');
  }
  return Number(text);
}
