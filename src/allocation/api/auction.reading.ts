import { unless, type Issue } from '../../kernel/issue.js';
import { checkOrder } from '../../kernel/window.rules.js';
import type { Offer } from '../application/trading.service.js';
import type { AuctionTermsInput, PlaceAuctionBidInput } from './auction.inputs.js';
import { fillIssues, priceIssues } from './order.reading.js';

/** What no market could make sense of. */
export function auctionIssues({ window, reservePrice }: AuctionTermsInput): readonly Issue[] {
  const accepted = '0 or more micro-USD per token/s and hour';
  return [
    ...checkOrder('window', window),
    ...unless(reservePrice >= 0n, { field: 'reservePrice', reason: 'is below zero', accepted }),
  ];
}

export function readAuction(input: AuctionTermsInput): Offer {
  const { window, quantity, reservePrice, closesAt } = input;
  const times = { opensAt: input.opensAt ?? null, closesAt };
  const { start, end } = window;
  return { type: 'OpenAuction', window: { start, end }, quantity, reservePrice, ...times };
}

export function sealedBidIssues(input: PlaceAuctionBidInput): readonly Issue[] {
  return [...priceIssues(input.limitPrice), ...fillIssues(input)];
}
