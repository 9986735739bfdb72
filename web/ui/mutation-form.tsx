import { useEffect, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import type { Result } from '../../src/kernel/result.js';
import { useMutation, type Accepted, type MutationDocument, type Outcome } from '../api/use-mutation.js';
import type { Issue, Refusal } from '../api/refusal.documents.js';
import { ofHundredths } from './format.js';
import { FormReader } from './form-reader.js';
import { Issues } from './issues.context.js';
import { OutcomeNote } from './refusal.js';

const NO_ISSUES: readonly Issue[] = [];

/** A form around one mutation: read, sent with a key that outlives a lost answer, refused in place. */
export function MutationForm<Input, Answer extends object>({
  document,
  read,
  onAccepted,
  submit,
  children,
  help,
  issueOf,
  found = NO_ISSUES,
}: {
  readonly document: MutationDocument<Input, Answer>;
  readonly read: (form: FormReader) => Result<Input, readonly Issue[]>;
  readonly onAccepted: (answer: Accepted<Answer>) => void;
  readonly submit: string;
  readonly children: ReactNode;
  /** What a person can do about a refusal, as the exchange gave it. */
  readonly help?: (refusal: Refusal) => ReactNode;
  /** What a refusal says about one of the fields that were sent; null: it is about the whole. */
  readonly issueOf?: (refusal: Refusal, fields: readonly string[]) => Issue | null;
  /** What is seen to be wrong while one types; the exchange's own words come before it. */
  readonly found?: readonly Issue[];
}): ReactNode {
  const { outcome: answered, run, reject } = useMutation(document);
  const [fields, setFields] = useState<readonly string[]>([]);
  const [hundredths, setHundredths] = useState<readonly string[]>([]);
  const outcome = useMemo(
    () => inItsUnits(atItsField(answered, issueOf && ((refusal) => issueOf(refusal, fields))), hundredths),
    [answered, issueOf, fields, hundredths],
  );
  const form = useRef<HTMLFormElement>(null);
  const issues = issuesOf(outcome);
  // Whoever cannot see where it is red is taken there.
  useEffect(() => {
    if (issues.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [issues]);
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (outcome.state === 'sending') return;
    const filled = new FormData(event.currentTarget);
    setFields([...filled.keys()]);
    const reader = new FormReader(filled);
    const input = read(reader);
    setHundredths(reader.hundredths);
    if (!input.ok) reject(unread(input.error));
    const answer = input.ok ? await run(input.value) : null;
    if (answer === null) return;
    onAccepted(answer);
  };
  return (
    // Should the script not run, a password must not end up in an address: hence post.
    <form ref={form} method="post" noValidate onSubmit={(event) => void send(event)}>
      <Issues value={issues.length > 0 ? issues : found}>{children}</Issues>
      <OutcomeNote outcome={outcome} fields={fields}>
        {answered.state === 'rejected' && help?.(answered.refusal)}
      </OutcomeNote>
      <button type="submit" aria-disabled={outcome.state === 'sending'}>
        {outcome.state === 'sending' ? 'Sending…' : submit}
      </button>
    </form>
  );
}

/** One mutation behind a button. */
export function MutationButton<Input, Answer extends object>({
  document,
  input,
  onAccepted,
  className = '',
  children,
  help,
}: {
  readonly document: MutationDocument<Input, Answer>;
  readonly input: Input;
  readonly onAccepted: (answer: Accepted<Answer>) => void;
  readonly className?: string;
  readonly children: ReactNode;
  readonly help?: (refusal: Refusal) => ReactNode;
}): ReactNode {
  const [isSending, setSending] = useState(false);
  const { outcome, run } = useMutation(document);
  const send = async (): Promise<void> => {
    if (isSending) return;
    setSending(true);
    const answer = await run(input);
    setSending(false);
    if (answer !== null) onAccepted(answer);
  };
  return (
    <div className="action">
      <button type="button" className={className} aria-disabled={isSending} onClick={() => void send()}>
        {children}
      </button>
      <OutcomeNote outcome={outcome}>
        {outcome.state === 'rejected' && help?.(outcome.refusal)}
      </OutcomeNote>
    </div>
  );
}

function unread(issues: readonly Issue[]): Refusal {
  const message = 'some fields are not filled in as expected';
  return { __typename: 'ValidationRejection', code: 'VALIDATION_FAILED', message, issues: [...issues] };
}

/** What is about one field is said there, as what is no valid input is. */
function atItsField(outcome: Outcome, issueOf: ((refusal: Refusal) => Issue | null) | undefined): Outcome {
  if (outcome.state !== 'rejected' || issueOf === undefined) return outcome;
  const { code, message } = outcome.refusal;
  const issue = issueOf(outcome.refusal);
  return issue === null ? outcome : { ...outcome, refusal: { __typename: 'ValidationRejection', code, message, issues: [issue] } };
}

/** What is said of a field for per cent is said in per cent. */
function inItsUnits(outcome: Outcome, hundredths: readonly string[]): Outcome {
  if (outcome.state !== 'rejected' || outcome.refusal.__typename !== 'ValidationRejection') return outcome;
  const said = outcome.refusal.issues.map((issue) => (hundredths.includes(issue.field) ? { ...issue, accepted: ofHundredths(issue.accepted) } : issue));
  return { ...outcome, refusal: { ...outcome.refusal, issues: said } };
}

function issuesOf(outcome: Outcome): readonly Issue[] {
  if (outcome.state !== 'rejected') return NO_ISSUES;
  if (outcome.refusal.__typename !== 'ValidationRejection') return NO_ISSUES;
  return outcome.refusal.issues;
}

