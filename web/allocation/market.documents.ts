import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';

// What a market tells anybody: offers are in allocation.documents.ts.

export const AVAILABILITY = graphql(`
  query Availability($marketId: ID!, $from: Instant!, $to: Instant!, $step: CalendarStep!, $after: String) {
    availability(marketId: $marketId, from: $from, to: $to, step: $step, after: $after, first: 100) {
      edges { node { quantity bestPrice window { start end } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const LEVEL = graphql(`
  fragment LevelFields on DepthLevel {
    unitPrice
    pricePerMillionTokens
    quantity
    cumulativeQuantity
    count
  }
`);

export const DEPTH = graphql(
  `
    query Depth($marketId: ID!, $window: WindowInput!) {
      depth(marketId: $marketId, window: $window, first: 50) {
        asOf
        asks { ...LevelFields }
        bids { ...LevelFields }
      }
    }
  `,
  [LEVEL],
);

export const DEPTH_CHANGED = graphql(
  `
    subscription DepthChanged($marketId: ID!, $window: WindowInput!) {
      depthChanged(marketId: $marketId, window: $window, first: 50) {
        asOf
        asks { ...LevelFields }
        bids { ...LevelFields }
      }
    }
  `,
  [LEVEL],
);

const TRADE = graphql(`
  fragment TradeFields on MarketTrade {
    sequence
    tradedAt
    quantity
    unitPrice
    pricePerMillionTokens
    speedClass
    window { start end }
  }
`);

export const TRADES = graphql(
  `
    query Trades($marketId: ID!) {
      trades(marketId: $marketId, first: 30) { edges { node { ...TradeFields } } }
    }
  `,
  [TRADE],
);

export const CANDLES = graphql(`
  query Candles($marketId: ID!, $from: Instant!, $to: Instant!, $interval: CandleInterval!) {
    candles(marketId: $marketId, from: $from, to: $to, interval: $interval, first: 100) {
      edges { node { start open high low close vwap volume count } }
    }
  }
`);

export const SPEED_PREMIUM = graphql(`
  query SpeedPremium($model: String!, $days: Int!) {
    speedPremium(model: $model, days: $days) {
      trades
      pricePerMillionTokens
      points {
        pricePerMillionTokens
        trades
        volume
        streamTokensPerSecondMin { from below }
        ttftP95Ms { from below }
      }
    }
  }
`);

/** Tells that something is different; what, the queries say. */
export const MARKET_CHANGED = graphql(`
  subscription MarketChanged($marketId: ID!) {
    marketChanged(marketId: $marketId) { marketId sequence at }
  }
`);

export type Depth = NonNullable<ResultOf<typeof DEPTH>['depth']>;
export type DepthLevel = ResultOf<typeof LEVEL>;
export type MarketTrade = ResultOf<typeof TRADE>;
export type Candle = ResultOf<typeof CANDLES>['candles']['edges'][number]['node'];
export type AvailableStep = ResultOf<typeof AVAILABILITY>['availability']['edges'][number]['node'];
export type SpeedPremium = ResultOf<typeof SPEED_PREMIUM>['speedPremium'];
