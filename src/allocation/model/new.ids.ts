import { idBeside, type ReservationId } from '../../kernel/ids.js';
import { keyedHash } from '../../kernel/keyed-hash.js';
import type { Order } from './order.state.js';
import type { Sent } from './sent.js';

/** Of a number below 2^53, what is above its lower 32 bits. */
const WORD = 0x1_0000_0000;
/** No order has it: orders are counted from 1. */
const NO_ORDER = 0;

/**
 * What an order buys by its next fill. Sellers see the id, so it tells nothing: not the order, nor which
 * other fills are of the same one.
 */
export function fillId(
  seed: Sent['seed'],
  { orderId, sequence }: Pick<Order, 'orderId' | 'sequence'>,
  fill: number,
): ReservationId {
  return named(orderId, seed, sequence, fill);
}

/** One of the holds that prolong a reservation. */
export function extensionHoldId(
  seed: Sent['seed'],
  reservationId: ReservationId,
  place: number,
): ReservationId {
  return named(reservationId, seed, NO_ORDER, place);
}

/** A UUID, version 8, in the market of another id. */
function named(neighbour: string, seed: Sent['seed'], first: number, second: number): ReservationId {
  const pairs = [first, second].map((value) => [value | 0, Math.floor(value / WORD)] as const);
  const [a, b, c, d] = keyedHash(seed, ...pairs);
  const version = hex((b & 0xffff_0fff) | 0x8000);
  const variant = hex((c & 0x3fff_ffff) | 0x8000_0000);
  const unique = `${hex(a)}-${version.slice(0, 4)}-${version.slice(4)}-${variant.slice(0, 4)}-${variant.slice(4)}${hex(d)}`;
  return idBeside<ReservationId>(neighbour, unique);
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
