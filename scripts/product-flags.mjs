/**
 * Flags of Node.js that the product is run with; `npm start` says the same (docs/OPERATIONS.md). What is in flight is copied
 * at every collection of young objects: with twice the room there are half as many.
 */
export const PRODUCT_FLAGS = ['--max-semi-space-size=32'];

/**
 * Of a process that serves inference alone. V8 makes objects of a place where they once lived long among the old ones from the
 * start: right for a market's state, and for packets only while there are many. Afterwards these are dead at once, found so
 * by a full collection only, and keep what is young and dead. And the room for young objects, which V8 makes small while there
 * is little to do, stays: fifty streams at once found next to none, and what they had in flight was made old. Full collections
 * come when old objects have grown to a size that is known beforehand, and not to give memory back after a quiet time, as
 * soon as there is something to do.
 */
export const GATEWAY_FLAGS = [
  ...['--no-allocation-site-pretenuring', '--min-semi-space-size=32'],
  ...['--no-memory-reducer', '--initial-old-space-size=256'],
];
