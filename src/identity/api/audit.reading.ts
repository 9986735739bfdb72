import { readInstantKey } from '../../api/graphql/connection.js';

/** Where in the audit trail a page begins, as its cursor says. */
export function readTrailPlace(
  after: readonly string[] | null,
): { readonly at: Date; readonly entryId: string } | null {
  if (after === null) return null;
  const [at = '', entryId = ''] = after;
  return { at: readInstantKey(at), entryId };
}
