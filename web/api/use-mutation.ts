import { useCallback, useState } from 'react';
import { Attempt, randomKey } from './attempt.js';
import { report } from './connection.js';
import type { Document } from './graphql.js';
import type { Failure } from './query.js';
import { refreshAll } from './refresh.js';
import type { Refusal } from './refusal.documents.js';
import { ask } from './request.js';

/** A mutation as this client writes it: a key, an input, and a union under `answer`. */
export type MutationDocument<Input, Answer> = Document<
  { answer: Answer },
  { key: string; input: Input }
>;

/** The part of an answer that is no rejection. */
export type Accepted<Answer> = Exclude<Answer, { code: string }>;

export type Outcome =
  | { readonly state: 'idle' | 'sending' }
  | { readonly state: 'rejected'; readonly refusal: Refusal }
  | { readonly state: 'failed'; readonly failure: Failure };

export interface Mutation<Input, Answer> {
  readonly outcome: Outcome;
  /** Answers with what was accepted; null when it was not, and `outcome` says why. */
  readonly run: (input: Input) => Promise<Accepted<Answer> | null>;
  readonly reject: (refusal: Refusal) => void;
}

export function useMutation<Input, Answer extends object>(
  document: MutationDocument<Input, Answer>,
): Mutation<Input, Answer> {
  const [outcome, setOutcome] = useState<Outcome>({ state: 'idle' });
  const [attempt] = useState(() => new Attempt(randomKey));
  const run = useCallback(
    async (input: Input): Promise<Accepted<Answer> | null> => {
      setOutcome({ state: 'sending' });
      const sent = await ask(document, { key: attempt.keyFor(input), input });
      report(sent);
      if (!sent.ok) {
        if (sent.failure.kind !== 'unreachable') attempt.answered();
        setOutcome({ state: 'failed', failure: sent.failure });
        return null;
      }
      attempt.answered();
      const { answer } = sent.data;
      if ('code' in answer) {
        setOutcome({ state: 'rejected', refusal: atItsFields(answer as unknown as Refusal) });
        return null;
      }
      setOutcome({ state: 'idle' });
      refreshAll();
      return answer as Accepted<Answer>;
    },
    [document, attempt],
  );
  const reject = useCallback((refusal: Refusal) => setOutcome({ state: 'rejected', refusal }), []);
  return { outcome, run, reject };
}

/** A field of a form is called what it is in the input; some refusals name it from the argument on. */
function atItsFields(refusal: Refusal): Refusal {
  if (refusal.__typename !== 'ValidationRejection') return refusal;
  return { ...refusal, issues: refusal.issues.map((issue) => ({ ...issue, field: issue.field.replace(/^input\./, '') })) };
}
