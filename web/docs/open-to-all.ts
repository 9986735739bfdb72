/** What the exchange answers to whoever asks. A test holds it to the rules of the server. */
export const OPEN_TO_ALL = {
  Query: [
    ...['markets', 'listings', 'listing', 'listingCount', 'depth', 'topOfBook', 'availability', 'trades', 'candles', 'priceIndex', 'speedPremium'],
    ...['totalCostOfOwnership', 'pools', 'pool', 'poolCurtailments', 'platforms', 'platform', 'platformLanes'],
    ...['clock', 'exchangeFee', 'payoutRule'],
  ],
  Mutation: ['signUp', 'signIn', 'acceptInvitation'],
  Subscription: ['depthChanged', 'marketChanged', 'tradesMade'],
} as const;
