import { readName } from '../../api/graphql/scalars.js';
import type { Issue } from '../../kernel/issue.js';
import { PRINTED, unseenIn } from '../model/document/printable.js';
import { REASON_MAX } from './invoice-life.types.js';

/** Half of a character: no encoding has it. */
const BROKEN = /\p{Cs}/u;

/** Why somebody did something stands on documents: what XML or a page cannot hold is refused. */
export function reasonIssues(reason: string): readonly Issue[] {
  const isLine = readName(reason, REASON_MAX) !== null && !BROKEN.test(reason);
  const unseen = isLine ? unseenIn(reason) : [];
  if (unseen.length > 0) return [{ field: 'reason', reason: `has what documents cannot print: ${unseen.slice(0, 10).join(' ')}`, accepted: PRINTED }];
  if (isLine) return [];
  const accepted = `1 to ${REASON_MAX} printable characters, in one line`;
  return [{ field: 'reason', reason: 'is empty, too long or not printable', accepted }];
}
