import type { JsonOf } from '../../eventstore/stream-definition.js';
import type { Issue } from '../../kernel/issue.js';
import { formatInstant } from '../../kernel/time.js';
import type { MarketRejection } from '../model/market.rejections.js';

type Of<Code extends MarketRejection['code']> = Extract<
  JsonOf<MarketRejection>,
  { readonly code: Code }
>;

/** What of an order is wrong, as the field that says it. */
export function orderIssue(rejection: Of<'EXPIRY_IN_PAST' | 'ALREADY_FILLED' | 'WOULD_TRADE'>): Issue {
  switch (rejection.code) {
    case 'EXPIRY_IN_PAST': {
      const accepted = `an instant after ${formatInstant(rejection.now)}`;
      return { field: 'until', reason: 'is in the past', accepted };
    }
    case 'ALREADY_FILLED': {
      const { filled } = rejection;
      const accepted = `more than the ${filled} tokens/s that are filled, or cancelOrder`;
      return { field: 'quantity', reason: `is no more than was filled`, accepted };
    }
    case 'WOULD_TRADE': {
      const accepted = `a price above ${rejection.bestBid} micro-USD, which is bid`;
      return { field: 'unitPrice', reason: 'would trade at once, and isPostOnly is set', accepted };
    }
  }
}

/** How much there is instead. */
export function capacityMessage({
  code,
  available,
}: Of<
  | 'INSUFFICIENT_TITLE'
  | 'NAMEPLATE_EXCEEDED'
  | 'CAPACITY_EXHAUSTED'
  | 'NOT_FILLABLE'
  | 'BUYER_SHARE_EXCEEDED'
>): string {
  switch (code) {
    case 'INSUFFICIENT_TITLE':
      return `you have ${available} tokens/s free to list throughout this window`;
    case 'NAMEPLATE_EXCEEDED':
      return `the pool has ${available} tokens/s throughout this window`;
    case 'NOT_FILLABLE':
      return `${available} tokens/s can be filled at once, and the order is fill-or-kill`;
    case 'CAPACITY_EXHAUSTED':
      return `${available} tokens/s are left throughout this window`;
    case 'BUYER_SHARE_EXCEEDED':
      return `the provider caps one buyer's share: ${available} tokens/s are left for you`;
  }
}

/** What keeps the whole of a reservation from being given back. */
export const ENCUMBERED: Readonly<Record<Of<'RESERVATION_ENCUMBERED'>['encumbrance'], string>> = {
  listed: 'listed or held: withdraw the listing first',
  resold: 'resold: what is left can be used or resold',
  transferred: 'handed over to a team: return it first',
};

/** What was asked for. */
export type Asked =
  | 'list'
  | 'resell'
  | 'withdraw'
  | 'reserve'
  | 'release'
  | 'cancel'
  | 'order'
  | 'curtail'
  | 'rebook'
  | 'extend'
  | 'transfer'
  | 'return'
  | 'idle'
  | 'bid'
  | 'quote';

/** Which state a reservation must be in for what needs one. */
export const STATE_ACCEPTED: Partial<Readonly<Record<Asked, string>>> = {
  resell: ': only one that is paid can be resold',
  release: ': only a hold can be released',
  cancel: ': only one that is paid and has not begun can be cancelled',
  transfer: ': only one that is paid can be handed over',
  idle: ': only one that is paid can be listed',
  return: ': only what has not begun can be given back',
  rebook: ': only one that is paid can be rebooked',
  extend: ': only one that is paid can be extended',
};
