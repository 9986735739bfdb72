/** Of https://docs.stripe.com/api/disputes/object, in the order in which a dispute can have them. */
const STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'prevented',
  'needs_response',
  'under_review',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
  'won',
] as const;

/** What a dispute may have been before it is what it is; of one that is unknown, anything. */
export function statusesUpTo(status: string): readonly string[] {
  const at = STATUSES.findIndex((known) => known === status);
  return at === -1 ? [...STATUSES, status] : STATUSES.slice(0, at + 1);
}
