import type { Brand } from './brand.js';
import { err, ok, type Result } from './result.js';

/** Weighted output tokens per second, an integer. */
export type Quantity = Brand<bigint, 'Quantity'>;

/** A bound on one order, far above any vendor's whole fleet and far below 2^63. */
export const QUANTITY_MAX = 1_000_000_000_000n as Quantity;

export const quantity = (value: bigint): Quantity => value as Quantity;

/** Reads a positive whole number of tokens per second from its decimal text. */
export function parseQuantity(text: string): Result<Quantity, string> {
  if (!/^[1-9]\d{0,12}$/.test(text) || BigInt(text) > QUANTITY_MAX) {
    return err(`expected a whole number of tokens/s from 1 to ${QUANTITY_MAX}`);
  }
  return ok(BigInt(text) as Quantity);
}
