import { parseUsd } from '../../src/kernel/money.js';
import type { Order } from './order.documents.js';

export type Place = 'unread' | 'same' | 'kept' | 'lost';

/** What a change does to the place in the queue: another price or more of it goes to its end, less keeps it. */
export function placeAfter(
  { quantity, limitPrice }: Pick<Order, 'quantity' | 'limitPrice'>,
  typed: { readonly quantity: string; readonly price: string },
): Place {
  const price = parseUsd(typed.price.trim().replace(/^\$/, ''));
  const digits = typed.quantity.trim().replaceAll(',', '');
  if (!price.ok || !/^[1-9]\d{0,12}$/.test(digits)) return 'unread';
  const [before, after] = [BigInt(quantity), BigInt(digits)];
  if (price.value !== BigInt(limitPrice) || after > before) return 'lost';
  return after === before ? 'same' : 'kept';
}
