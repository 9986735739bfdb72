import { Args, ArgsType, Field, ID, Int, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import { AllowAnyone } from '../../api/graphql/access.js';
import { readPage } from '../../api/graphql/connection.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { unless } from '../../kernel/issue.js';
import type { StreamPlace } from '../../eventstore/stream-feed.js';
import { MappedIterator } from '../../platform/pubsub/mapped-iterator.js';
import { MarketDataService } from '../application/market-data.service.js';
import { MarketFeed, type MarketChange } from '../application/market-feed.js';
import { TradeQueries } from '../projection/trade.queries.js';
import { readBook, showDepth } from './market-data.book.js';
import { DepthArguments, MarketDepthType } from './market-data.book.types.js';
import { showTrade } from './market-data.presentation.js';
import { readMarket, refuse } from './market-data.reading.js';
import { MarketTradeType } from './market-data.trade.types.js';

/** Trades of one message; of more at once a reader gets several. */
const TRADES_MOST = 500;

@ObjectType('TradesMade', { description: 'Trades of one market, oldest first.' })
export class TradesMadeType {
  @Field(() => [MarketTradeType], { description: 'What was traded since the last message.' })
  trades!: readonly MarketTradeType[];

  @Field(() => Int, {
    description: 'All trades up to this one have been told: subscribe with it to go on from here.',
  })
  sequence!: number;
}

@ArgsType()
export class TradesMadeArguments {
  @Field(() => ID, { description: 'Which market: model@quantization.' })
  marketId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The last trade that was seen; those after it come first. Without it: from now on.',
  })
  after?: number | null;
}

/** Prices as they come, for everybody. */
@Resolver()
export class MarketLiveResolver {
  constructor(
    private readonly feed: MarketFeed,
    private readonly data: MarketDataService,
    private readonly trades: TradeQueries,
  ) {}

  @Subscription(() => TradesMadeType, {
    description: 'Trades of a market as they are made; at once where trades stand. Names nobody.',
    resolve: (message: TradesMadeType) => message,
  })
  @AllowAnyone()
  async tradesMade(
    @Args() { marketId, after }: TradesMadeArguments,
  ): Promise<AsyncIterableIterator<TradesMadeType>> {
    const market = readMarket(marketId);
    refuse(unless((after ?? 0) >= 0, { field: 'after', reason: 'is negative', accepted: '0 or more' }));
    const changes = await this.feed.followTrades(market);
    let told = after ?? null;
    return new MappedIterator<StreamPlace, TradesMadeType>(changes, async ({ version }) => {
      const newest = await this.trades.newestAt(market, version);
      const from = told ?? newest;
      const rows = await this.trades.between(market, from, newest, TRADES_MOST);
      const hasMore = rows.length === TRADES_MOST;
      const sequence = hasMore ? (rows.at(-1)?.sequence ?? newest) : Math.max(from, newest);
      told = sequence;
      return { value: { trades: rows.map(showTrade), sequence }, hasMore };
    });
  }

  @Subscription(() => MarketDepthType, {
    description: 'The book of a market for one window: at once, and again whenever it is another.',
    resolve: (message: MarketDepthType) => message,
  })
  @AllowAnyone()
  async depthChanged(
    @Args() { marketId, window, first }: DepthArguments,
  ): Promise<AsyncIterableIterator<MarketDepthType>> {
    const { first: levels } = readPage({ first }, 1);
    const market = readMarket(marketId);
    // What is wrong with the window is said before anything is followed.
    await readBook(this.data, market, window);
    const changes = await this.feed.follow(market);
    let told = '';
    return new MappedIterator<MarketChange, MarketDepthType>(changes, async () => {
      const depth = showDepth(await readBook(this.data, marketId, window), { marketId, window, levels });
      const text = depth === null ? told : canonicalJson([depth.asks, depth.bids]);
      const isOther = text !== told;
      told = text;
      return { value: isOther ? depth : null, hasMore: false };
    });
  }
}
