/**
 * Flags of Node.js that the product is run with; `npm start` says the same. Young objects have room until most of them are
 * dead: what is in flight is copied at every collection, so half as many collections are half the work.
 */
export const PRODUCT_FLAGS = ['--max-semi-space-size=32'];
