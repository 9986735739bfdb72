import { useState, type FormEvent, type ReactNode } from 'react';
import type { Result } from '../../src/kernel/result.js';
import type { Document } from '../api/graphql.js';
import type { Issue, Refusal } from '../api/refusal.documents.js';
import { useAnswer, type OnRequest } from '../api/use-answer.js';
import type { Accepted, MutationDocument } from '../api/use-mutation.js';
import { FormReader } from '../ui/form-reader.js';
import { Issues } from '../ui/issues.context.js';
import { MutationButton } from '../ui/mutation-form.js';
import { OutcomeNote } from '../ui/refusal.js';
import { ErrorState } from '../ui/states.js';

interface Previewed<Input, Told extends object, Done extends object> {
  readonly preview: Document<{ answer: Told }, { input: Input }>;
  readonly change: MutationDocument<Input, Done>;
  readonly read: (form: FormReader) => Result<Input, readonly Issue[]>;
  /** What a refusal says about a field; null: it is about the whole. */
  readonly issueOf?: (refusal: Exclude<Told, Accepted<Told>>) => Issue | null;
  /** What it would do. */
  readonly show: (told: Accepted<Told>) => ReactNode;
  readonly submit: string;
  readonly onAccepted: (answer: Accepted<Done>) => void;
  /** The fields. */
  readonly children: ReactNode;
}

/** What is known of what was asked for. */
type Seen<Told extends object> =
  | { readonly is: 'nothing'; readonly issues: readonly Issue[] }
  | { readonly is: 'refused'; readonly refusal: Refusal; readonly issues: readonly Issue[]; readonly isAboutFields: boolean }
  | { readonly is: 'told'; readonly told: Accepted<Told>; readonly issues: readonly Issue[] };

/** A change that cannot be taken back: filled in, seen, and made only as it was seen. */
export function PreviewedForm<Input, Told extends object, Done extends object>(props: Previewed<Input, Told, Done>): ReactNode {
  const { preview, change, read, issueOf, show, submit, onAccepted, children } = props;
  const [answer, run] = useAnswer(preview);
  const [unread, setUnread] = useState<readonly Issue[]>([]);
  // What is on show is of this; null once something else is typed.
  const [asked, setAsked] = useState<Input | null>(null);
  const [fields, setFields] = useState<readonly string[]>([]);
  const look = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const filled = new FormData(event.currentTarget);
    setFields([...filled.keys()]);
    const input = read(new FormReader(filled));
    setUnread(input.ok ? [] : input.error);
    setAsked(input.ok ? input.value : null);
    if (input.ok) void run({ input: input.value });
  };
  const seen = asked === null ? { is: 'nothing' as const, issues: unread } : seenIn(answer, issueOf);
  return (
    <>
      <form onSubmit={look} onChange={() => setAsked(null)} noValidate>
        <Issues value={seen.issues}>{children}</Issues>
        {seen.is === 'refused' && !seen.isAboutFields && <OutcomeNote outcome={{ state: 'rejected', refusal: seen.refusal }} fields={fields} />}
        <button type="submit" className="quiet" aria-disabled={answer.state === 'loading'}>See what it does</button>
      </form>
      <section aria-label="What it does" aria-live="polite">
        {answer.state === 'failed' && <ErrorState failure={answer.failure} />}
        {seen.is === 'told' && asked !== null && (
          <>
            {show(seen.told)}
            <MutationButton document={change} input={asked} className="danger" onAccepted={onAccepted}>{submit}</MutationButton>
          </>
        )}
      </section>
    </>
  );
}

function seenIn<Told extends object>(
  answer: OnRequest<{ answer: Told }>,
  issueOf: ((refusal: Exclude<Told, Accepted<Told>>) => Issue | null) | undefined,
): Seen<Told> {
  if (answer.state !== 'ready') return { is: 'nothing', issues: [] };
  const told = answer.data.answer;
  if (!('code' in told)) return { is: 'told', told: told as Accepted<Told>, issues: [] };
  const refusal = told as unknown as Refusal;
  if (refusal.__typename === 'ValidationRejection') return { is: 'refused', refusal, issues: refusal.issues, isAboutFields: false };
  const own = issueOf?.(told as Exclude<Told, Accepted<Told>>) ?? null;
  return { is: 'refused', refusal, issues: own === null ? [] : [own], isAboutFields: own !== null };
}
