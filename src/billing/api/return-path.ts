/**
 * Where Stripe's pages send somebody back to: a path of this product, and no other host's. Of what a path and
 * a query have by https://www.rfc-editor.org/rfc/rfc3986#section-3.3 all but a fragment: ids of capacity have a `~`.
 */
export const RETURN_PATH = /^\/(?![/\\])[\w\-.~!$&'()*+,;=:@%/?]{0,200}$/;
