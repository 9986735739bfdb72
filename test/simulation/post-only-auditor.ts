import type { MarketAuditor } from './market-auditor.js';
import type { RawEvent } from './raw-event.js';
import type { RawRejection } from './refused.js';
import type { Content } from './requests.js';
import { demand } from './violation.js';

type Offer = Extract<Content, { readonly type: 'CreateListing' }>;

/** An ask that only rests meets nobody when it comes. */
export function checkRests(id: string, { isPostOnly }: Offer, effects: readonly RawEvent[]): void {
  const met = effects.find(({ type }) => type === 'OrderFilled');
  demand(!isPostOnly || met === undefined, `post-only: ${id} trades at once`);
}

/** Who is told that a post-only ask would trade is told of a bid that waits, and would have some of it. */
export function faultOfMeeting(market: MarketAuditor, offer: Offer, told: RawRejection): string | null {
  const { isPostOnly, sellerId, unitPrice, window, poolId } = offer;
  if (!isPostOnly) return 'it may trade';
  const price = BigInt(String(told['bestBid']));
  const { bids, live } = market.orders;
  const bid = [...live.values()].find(
    (one) =>
      one.limitPrice === price && one.limitPrice >= BigInt(unitPrice) && one.buyerId !== sellerId &&
      window.start <= one.window.start && one.window.end <= window.end && bids.missingFor(one.orderId, poolId) === null,
  );
  return bid === undefined ? `no bid of ${price} waits that it could meet` : null;
}
