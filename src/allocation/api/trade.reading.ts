import type { WindowInput } from '../../api/graphql/window.types.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { checkOrder } from '../../kernel/window.rules.js';
import type { Offer } from '../application/trading.service.js';

interface OfferInput {
  readonly window: WindowInput;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly isPostOnly: boolean;
}

/** What no market could make sense of. */
export function offerIssues({ window, unitPrice }: OfferInput): readonly Issue[] {
  const accepted = '0 or more micro-USD per token/s and hour';
  return [
    ...checkOrder('window', window),
    ...unless(unitPrice >= 0n, { field: 'unitPrice', reason: 'is below zero', accepted }),
  ];
}

export function readOffer(input: OfferInput): Offer {
  const { quantity, unitPrice, isPostOnly } = input;
  const { start, end } = input.window;
  return { type: 'CreateListing', window: { start, end }, quantity, unitPrice, isPostOnly };
}
