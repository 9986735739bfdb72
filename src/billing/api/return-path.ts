/** Where Stripe's pages send somebody back to: a path of this product, and no other host's. */
export const RETURN_PATH = /^\/(?![/\\])[\w\-./?=&%]{0,200}$/;
