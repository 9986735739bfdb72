import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { Kind, parse } from 'graphql';
import { MarketDataExportController } from '../../src/allocation/api/market-data.export.controller.js';
import { MarketFeed } from '../../src/allocation/application/market-feed.js';
import type { MarketId } from '../../src/kernel/ids.js';
import { accessRulesOf } from '../architecture/schema-rules.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Auctions, type Round } from '../support/auction-rounds.js';
import { SocketClient } from '../support/socket-client.js';
import { iso, HOUR } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const LEVELS = 'unitPrice pricePerMillionTokens quantity count cumulativeQuantity';
const PAGE = 'pageInfo { hasNextPage endCursor }';
const AUCTION = 'auction { state opensAt closesAt reservePrice clearingPrice quantitySold bids }';
const LISTING = `listingId marketId poolId sellerId status quantity unitPrice hops isResale remaining { window { start end } quantity } ${AUCTION}`;
/** Everything that is said of a market to whoever asks. */
const PUBLIC = `query($market: ID!, $model: String!, $pool: ID!, $auction: ID!, $window: WindowInput!, $from: Instant!, $to: Instant!) {
  listing(listingId: $auction) { ${LISTING} }
  all: listings(marketId: $market, kind: null, status: null, first: 50) { edges { cursor node { ${LISTING} } } ${PAGE} }
  page: listings(marketId: $market, kind: null, status: null, first: 1, orderBy: START) { edges { cursor node { listingId } } ${PAGE} }
  listingCount(marketId: $market, kind: null)
  markets(first: 100) { edges { node { marketId listings unitPrice quantity } } }
  pool(poolId: $pool) { poolId nameplate { quantity } profileVersion }
  pools(marketId: $market, first: 9) { edges { cursor node { poolId profileVersion } } ${PAGE} }
  poolCurtailments(poolId: $pool, first: 9) { edges { node { curtailmentId } } }
  depth(marketId: $market, window: $window) { asks { ${LEVELS} } bids { ${LEVELS} } }
  topOfBook(marketId: $market, window: $window) { bestAsk { ${LEVELS} } bestBid { ${LEVELS} } spread }
  availability(marketId: $market, step: HOUR, from: $from, to: $to, first: 50) { edges { cursor node { window { start end } quantity bestPrice } } ${PAGE} }
  trades(marketId: $market, first: 50) { edges { cursor node { sequence quantity unitPrice amount volume speedClass } } ${PAGE} }
  firstTrade: trades(marketId: $market, first: 1) { edges { cursor } ${PAGE} }
  candles(marketId: $market, interval: HOUR, from: $from, to: $to, first: 50) { edges { cursor node { start open close count volume vwap } } ${PAGE} }
  priceIndex(model: $model, days: 30) { classes { speedClass trades volume unitPrice } }
  speedPremium(model: $model, days: 30) { trades volume points { trades volume } }
}`;
const FEEDS = [
  'subscription($market: ID!) { marketChanged(marketId: $market) { marketId sequence } }',
  'subscription($market: ID!) { tradesMade(marketId: $market, after: 0) { sequence trades { sequence quantity unitPrice } } }',
  `subscription($market: ID!, $window: WindowInput!) { depthChanged(marketId: $market, window: $window) { asks { ${LEVELS} } bids { ${LEVELS} } } }`,
];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;


interface Asked extends Record<'market' | 'model' | 'pool' | 'auction' | 'from' | 'to', string> {
  readonly window: Record<'start' | 'end', string>;
}
/** Every file of market data, and how it is asked for. */
const FILES: Readonly<Record<string, (asked: Asked) => Record<string, string>>> = {
  'trades.csv': ({ market, from, to }) => ({ market, from, to }),
  'candles.csv': ({ market, from, to }) => ({ market, interval: 'hour', from, to }),
  'depth.csv': ({ market, window }) => ({ market, ...window }),
  'availability.csv': ({ market, from, to }) => ({ market, step: 'hour', from, to }),
  'price-index.csv': ({ model }) => ({ model }),
  'speed-premium.csv': ({ model }) => ({ model }),
};
/** What is open to all and is not asked here, because it says nothing of a market. */
const NO_MARKET: Readonly<Record<string, string>> = {
  'Query.totalCostOfOwnership': 'computes from what it is given',
  'Query.platforms': 'is a catalogue in a file of this repository',
  'Query.platform': 'is an entry of that catalogue',
  'Query.platformLanes': 'is a part of that catalogue',
  'Query.clock': 'is the time of the product',
  'Query.exchangeFee': 'is a setting of the product',
  'Query.payoutRule': 'is one rule for all sellers',
};

/** One of two markets in which the same happens. */
class Twin {
  private constructor(
    readonly model: string,
    private readonly auctions: Auctions,
    private readonly round: Round,
  ) {}

  /** An outage of all that there is while the auction takes bids. */
  async takeLotBack(): Promise<void> {
    const { market } = this.auctions;
    const outage = { poolId: market.poolId, window: market.window(...this.round.window), quantity: '10000', cause: 'OUTAGE' };
    await market.provider.mustMutate('curtailPool', 'CurtailPoolInput', outage);
    await until(() => this.auctions.listing(this.round), ({ status }) => status === 'CURTAILED');
  }

  /** Sales, an auction that is open, and between them what the test has to hide. */
  static async live(model: string, sealed: (auctions: Auctions, round: any) => Promise<void>): Promise<Twin> {
    const auctions = await Auctions.open(app, { model });
    const { market } = auctions;
    const buyer = await market.buyer('Buyer');
    const listingId = await market.list(30, 34, 100, 50);
    await market.buy(buyer, listingId, 30, 34, 30);
    const round = await auctions.hold();
    await sealed(auctions, round);
    await market.buy(buyer, listingId, 30, 34, 20);
    await sealed(auctions, round);
    const bid = { marketId: `${model}@fp8`, window: market.window(30, 34), quantity: '5', limitPrice: '7' };
    await buyer.mustMutate('placeOrder', 'PlaceOrderInput', bid);
    await market.list(40, 44, 60, 70);
    return new Twin(model, auctions, round);
  }

  private get variables(): Asked {
    const { market } = this.auctions;
    const times = { window: market.window(30, 34), from: iso(market.start - 2 * HOUR), to: iso(market.start + 46 * HOUR) };
    return { market: `${this.model}@fp8`, model: this.model, pool: market.poolId, auction: this.round.listingId, ...times };
  }

  /** What a stranger is told, with the names of what is seen in the order in which they are seen. */
  async seen(): Promise<string> {
    const { market } = this.variables;
    const asked = await until(
      () => app.stranger().ask(PUBLIC, { ...this.variables }),
      ({ data }) => data?.['trades'].edges.length === 2 && data['all'].edges.length === 3,
    );
    const { markets, ...said } = asked.data ?? {};
    const own = markets.edges.filter(({ node }: any) => node.marketId === market);
    const files = await Promise.all(
      Object.entries(FILES).map(async ([path, named]) => {
        const asked = new URLSearchParams(named(this.variables));
        const response = await fetch(`${app.url}/exports/${path}?${asked}`);
        const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
        return [response.status, headers, await response.text()];
      }),
    );
    const live = await Promise.all(FEEDS.map((query) => this.firstOf(query)));
    return this.plain(JSON.stringify({ errors: asked.errors, said, own, files, live }, null, 1));
  }

  private async firstOf(query: string): Promise<unknown> {
    const client = await SocketClient.open(app);
    await client.init();
    client.ask('w', query, this.variables);
    const { payload } = await client.next();
    await client.leave();
    return payload;
  }

  private plain(text: string): string {
    const open = text.replaceAll(/"((?:c|endC)ursor)": "([^"]+)"/g, (_all, name, cursor) => `${name} ${Buffer.from(cursor, 'base64url')}`);
    const names = new Map<string, string>();
    const named = open.replaceAll(UUID, (id) => names.get(id) ?? names.set(id, `id ${names.size + 1}`).get(id) ?? id);
    // When it was told is no part of what is told; windows and intervals are whole hours.
    return named.replaceAll(this.model, 'model').replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:(?!00:00\.000Z)[\d:.]+Z/g, 'an instant');
  }
}

/** Places in the schema, such as `Query.depth`, that a document asks. */
function placesIn(document: string): readonly string[] {
  return parse(document).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const root = definition.operation === 'query' ? 'Query' : 'Subscription';
    return definition.selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? [`${root}.${one.name.value}`] : []));
  });
}

describe('what a stranger looks at here', () => {
  it('is every query and subscription that is open to all, but for those that say nothing of a market', () => {
    const providers = [...app.application.get(ModulesContainer).values()].flatMap((module) => [...module.providers.values()]);
    const instances = providers.map(({ instance }) => instance as unknown);
    const rules = accessRulesOf(instances.filter((one): one is object => typeof one === 'object' && one !== null));
    const open = [...rules].flatMap(([place, rule]) => (rule?.who === 'anyone' && !place.startsWith('Mutation.') ? [place] : []));
    const asked = new Set([PUBLIC, ...FEEDS].flatMap(placesIn));
    expect([...asked, ...Object.keys(NO_MARKET)].sort()).toEqual(open.sort());
  });

  it('is every file of market data', () => {
    const { prototype } = MarketDataExportController;
    const handlers = new MetadataScanner().getAllMethodNames(prototype).map((name) => prototype[name as keyof typeof prototype]);
    expect(handlers.map((handler) => Reflect.getMetadata('path', handler) as unknown).sort()).toEqual(Object.keys(FILES).sort());
  });
});

describe('a market with sealed bids', () => {
  it('looks to a stranger as one without, wherever they look', async () => {
    const bids = async (auctions: Auctions, round: any): Promise<void> => {
      const bidder = await auctions.market.buyer('Bidder', 1);
      for (const limit of [90, 95, 99]) await auctions.bid(bidder, round, { quantity: 3, limit });
      const { order } = await auctions.bid(bidder, round, { quantity: 1, limit: 60 });
      await bidder.mustMutate('withdrawAuctionBid', 'WithdrawAuctionBidInput', { orderId: order.orderId });
    };
    const [plain, sealed] = [await Twin.live('twin-a', () => Promise.resolve()), await Twin.live('twin-b', bids)];
    const seen = await plain.seen();
    expect(await sealed.seen()).toBe(seen);
    expect(seen).not.toContain('errors');
    // Numbers that the public has: two trades, and all changes in between.
    expect(seen).toContain('"sequence": 2');
  });

  it('looks so too once an outage took all that they were for, before the close', async () => {
    const bidders: ApiClient[] = [];
    const bids = async (auctions: Auctions, round: any): Promise<void> => {
      const bidder = await auctions.market.buyer('Bidder', 1);
      bidders.push(bidder);
      for (const limit of [90, 95]) await auctions.bid(bidder, round, { quantity: 3, limit });
    };
    const [plain, sealed] = [await Twin.live('twin-c', () => Promise.resolve()), await Twin.live('twin-d', bids)];
    for (const twin of [plain, sealed]) await twin.takeLotBack();
    expect(await sealed.seen()).toBe(await plain.seen());
    // Whose bids they were hears of it, and has the money back.
    const own = '{ wallet { balance reserved } orders(first: 5) { edges { node { status reserved } } } }';
    for (const bidder of bidders) {
      const { data } = await until(() => bidder.ask(own), (answer) => answer.data?.['wallet'].reserved === '0');
      expect(data?.['orders'].edges.map(({ node }: any) => node.status)).toEqual(['UNFILLED', 'UNFILLED']);
      expect(data?.['wallet'].balance).toBe('1000000');
    }
  });

  it('counts what is public only, also from behind what was counted', async () => {
    const market = 'twin-b@fp8' as MarketId;
    const feed = app.application.get(MarketFeed);
    const standing = async (): Promise<number> => {
      const changes = await feed.follow(market);
      const { value } = await changes.next();
      await changes.return?.();
      return value.sequence;
    };
    const twice = await Promise.all([standing(), standing()]);
    expect(twice[0]).toBe(twice[1]);
    expect(await standing()).toBe(twice[0]);
  });
});
