import { invalidInput, type Refusal } from '../../api/graphql/refusals.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { assertNever } from '../../kernel/assert.js';
import type { Issue } from '../../kernel/issue.js';
import { formatInstant } from '../../kernel/time.js';
import type { MarketRejection } from '../model/market.rejections.js';

const CODES = [
  'WRONG_LISTING_KIND',
  'WRONG_AUCTION_STATE',
  'AUCTION_TIMES_INVALID',
  'BELOW_RESERVE',
  'TOO_MANY_BIDS',
] as const;

/** A rejection as it was kept: bigints are decimal text. */
type Kept = JsonOf<MarketRejection>;
export type AuctionRefusal = Extract<Kept, { readonly code: (typeof CODES)[number] }>;

export function isAboutAuction(rejection: Kept): rejection is AuctionRefusal {
  return CODES.some((code) => code === rejection.code);
}

export function showAuctionRejection(rejection: AuctionRefusal, asked: string): Refusal {
  if (rejection.code !== 'WRONG_AUCTION_STATE') return invalidInput([issueOf(rejection)]);
  const { code, state, opensAt, closesAt } = rejection;
  const data = { state, opensAt, closesAt };
  const message = stateMessage(rejection, asked === 'withdraw');
  return { __typename: 'AuctionStateRejection', code, message, ...data };
}

function stateMessage(
  { state, opensAt, closesAt }: Extract<AuctionRefusal, { readonly code: 'WRONG_AUCTION_STATE' }>,
  isSeller: boolean,
): string {
  const [opening, close] = [formatInstant(opensAt), formatInstant(closesAt)];
  if (isSeller) return `the auction opened at ${opening}: it could be taken back before that`;
  switch (state) {
    case 'upcoming':
      return `the auction takes bids from ${opening} until ${close}`;
    case 'open':
      return `the auction takes bids until ${close}`;
    case 'closed':
      return `the auction closed at ${close}: bids stand as they were then`;
    default:
      return assertNever(state);
  }
}

function issueOf(
  rejection: Exclude<AuctionRefusal, { readonly code: 'WRONG_AUCTION_STATE' }>,
): Issue {
  switch (rejection.code) {
    case 'WRONG_LISTING_KIND':
      return rejection.kind === 'auction'
        ? { field: 'listingId', reason: 'is auctioned', accepted: 'a listing at a fixed price, or placeAuctionBid' }
        : { field: 'auctionId', reason: 'is not auctioned', accepted: 'a listing that is, or reserve' };
    case 'AUCTION_TIMES_INVALID': {
      const { field, earliest, latest } = rejection;
      const accepted = `${formatInstant(earliest)} to ${formatInstant(latest)}`;
      const reason = field === 'opensAt' ? 'is not between now and the start of the window' : 'is not between the opening and the start of the window';
      return { field, reason, accepted };
    }
    case 'BELOW_RESERVE': {
      const accepted = `${rejection.reservePrice} or more micro-USD per token/s and hour`;
      return { field: 'limitPrice', reason: 'is below the reserve price', accepted };
    }
    case 'TOO_MANY_BIDS': {
      const reason = `has ${rejection.bidsMax} bids of yours, as many as are allowed`;
      return { field: 'auctionId', reason, accepted: 'withdrawal of one of them first' };
    }
    default:
      return assertNever(rejection);
  }
}
