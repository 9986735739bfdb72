import type { ReactNode } from 'react';
import type { Failure } from '../api/query.js';
import type { Outcome } from '../api/use-mutation.js';
import type { Refusal } from '../api/refusal.documents.js';
import { issueSaid, sentence } from './format.js';

/** Why it was not done and what would be accepted, read out at once. */
export function OutcomeNote({
  outcome,
  fields = [],
  children,
}: {
  readonly outcome: Outcome;
  /** Names of the fields that say themselves what was wrong with them. */
  readonly fields?: readonly string[];
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div role="alert">
      {outcome.state === 'failed' && <p className="refusal">{failureSaid(outcome.failure)}</p>}
      {outcome.state === 'rejected' && (
        <div className="refusal" data-code={outcome.refusal.code}>
          {linesOf(outcome.refusal, fields).map((line) => <p key={line}>{line}</p>)}
          {children}
        </div>
      )}
    </div>
  );
}

/** What to do about the end of a session is said over the page; this is read when that is done. */
function failureSaid({ kind, message }: Failure): string {
  return kind === 'signed-out' ? 'Your session had ended, and nothing was done: once you are signed in, send it again.' : sentence(message);
}

function linesOf(refusal: Refusal, fields: readonly string[]): readonly string[] {
  if (refusal.__typename !== 'ValidationRejection') return [sentence(refusal.message)];
  const elsewhere = refusal.issues.filter(({ field }) => !fields.includes(field));
  return [
    'Some fields are not as expected.',
    ...elsewhere.map((issue) => `${issue.field} ${issueSaid(issue)}`),
  ];
}
