/**
 * Flags of Node.js that the product is run with; `npm start` says the same (docs/OPERATIONS.md).
 *
 * What is in flight is copied at every collection of young objects: with twice the room there are half as many. And V8
 * makes objects of a place where they once lived long among the old ones from the start: under load that is true of what goes
 * through a stream, and afterwards it is dead at once, found so by a full collection only, and keeps what is young and dead.
 */
export const PRODUCT_FLAGS = ['--max-semi-space-size=32', '--no-allocation-site-pretenuring'];
