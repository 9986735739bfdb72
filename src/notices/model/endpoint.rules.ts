import { unless, type Issue } from '../../kernel/issue.js';
import { DAY_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import { hasHiddenMarks } from '../../kernel/visible-text.js';
import { checkEndpointUrl } from '../../providers/contract.js';
import type { WebhookKind } from './notice.js';

/** So few that whoever looks sees them all. */
export const ENDPOINTS_MAX = 16;
export const DESCRIPTION_LENGTH_MAX = 200;
/** For so long after a rotation events are signed with the secret before, too. */
export const ROTATION_OVERLAP = DAY_MS as Duration;

/** What an organization says of an endpoint. */
export interface EndpointDraft {
  readonly url: string;
  readonly description: string;
  readonly kinds: readonly WebhookKind[];
}

/** Every field that is wrong. */
export function checkEndpoint(
  { url, description, kinds }: EndpointDraft,
  policy: { readonly isLoopbackAllowed: boolean },
): readonly Issue[] {
  return [
    ...checkEndpointUrl(url, policy),
    ...unless(isText(description), {
      field: 'description',
      reason: 'is too long or has hidden marks',
      accepted: `at most ${DESCRIPTION_LENGTH_MAX} visible characters`,
    }),
    ...unless(kinds.length > 0, { field: 'kinds', reason: 'is empty', accepted: 'at least one kind of event' }),
  ];
}

function isText(text: string): boolean {
  return text.length <= DESCRIPTION_LENGTH_MAX && !hasHiddenMarks(text);
}

/** The secrets that sign what is sent: the newest first, and the one before while it is valid. */
export function validSecrets<Secret>(
  { current, previous, previousUntil }: {
    readonly current: Secret;
    readonly previous: Secret | null;
    readonly previousUntil: Instant | null;
  },
  now: Instant,
): readonly Secret[] {
  const isOverlap = previous !== null && previousUntil !== null && now < previousUntil;
  return isOverlap ? [current, previous] : [current];
}

export function overlapEnd(now: Instant): Instant {
  return plus(now, ROTATION_OVERLAP);
}
