import { readName } from '../../api/graphql/scalars.js';
import type { Issue } from '../../kernel/issue.js';
import { REASON_MAX } from './invoice-life.types.js';

/** Half of a character: no encoding has it. */
const BROKEN = /\p{Cs}/u;

/** Why somebody did something stands on documents: what XML or a page cannot hold is refused. */
export function reasonIssues(reason: string): readonly Issue[] {
  if (readName(reason, REASON_MAX) !== null && !BROKEN.test(reason)) return [];
  const accepted = `1 to ${REASON_MAX} printable characters, in one line`;
  return [{ field: 'reason', reason: 'is empty, too long or not printable', accepted }];
}
