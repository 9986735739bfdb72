import { useState, type ReactNode } from 'react';
import type { Issue, Refusal } from '../api/refusal.documents.js';
import { paymentMode } from '../billing/payment-mode.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import { sentence, words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Id } from '../ui/values.js';
import { MEANING } from './call.meaning.js';
import { JUDGE_CALL, type Retried, type Review, type Verdict } from './payments.documents.js';

interface Spoken {
  readonly says: string;
  /** What follows from it. */
  readonly means: string;
}

const VERDICTS: Readonly<Record<Verdict, Spoken>> = {
  MADE: { says: 'Stripe did it', means: 'It is looked at under Stripe’s id, must be what was asked for, and is booked. What moves no money is believed.' },
  AGAIN: { says: 'Stripe did not do it: ask again', means: 'Stripe is asked at once, as if for the first time. Were it done after all, it would be done twice: look well.' },
  GIVEN_UP: { says: 'Stripe did not do it: give it up', means: 'Stripe is not asked again. What was set aside is free: a refund is back in the wallet, a payout is payable again, a top-up has failed.' },
};

const CHOICES = Object.entries(VERDICTS).map(([value, { says }]) => ({ value, text: says }));

/** Where one looks before one says anything. */
const WHERE = {
  stripe: 'Look for it in Stripe’s dashboard first.',
  standIn: 'No Stripe key is set, so there is no dashboard: the webhooks of the stand-in (Administration > Stand-in) name what it made.',
} as const;

/** Whoever looked at Stripe says what became of a call that it did not answer. */
export function JudgeCallDialog({
  review: { callId, kind, subject, organizationId, failureCode },
  onClose,
}: {
  readonly review: Review;
  readonly onClose: () => void;
}): ReactNode {
  const announce = useAnnounce();
  const [verdict, setVerdict] = useState<Verdict>('MADE');
  return (
    <Dialog title="What became of it?" onClose={onClose}>
      <dl className="lines">
        <div><dt>{words(kind)}</dt><dd><Id id={subject} name={MEANING[kind].subject} /></dd></div>
        <div><dt>Whose</dt><dd><Id id={organizationId} name="the organization" /></dd></div>
        <div><dt>Stripe said last</dt><dd className="long-name">{failureCode ?? 'nothing'}</dd></div>
      </dl>
      <p>{WHERE[paymentMode() === 'simulated' ? 'standIn' : 'stripe']} What Stripe has is booked, whatever is said here.</p>
      <MutationForm
        document={JUDGE_CALL}
        read={(form) =>
          form.result({ callId, verdict, stripeId: verdict === 'MADE' ? form.text('stripeId') : null, note: form.text('note') })}
        issueOf={issueOf}
        onAccepted={({ call }) => {
          announce(told(call));
          onClose();
        }}
        submit="Say so"
      >
        <SelectField
          {...{ label: 'At Stripe', name: 'verdict', choices: CHOICES, value: verdict, hint: VERDICTS[verdict].means }}
          onChange={({ target }) => setVerdict(target.value as Verdict)}
          data-begin
        />
        {verdict === 'MADE' && <TextField {...{ label: 'Stripe’s id', name: 'stripeId', autoComplete: 'off', spellCheck: false }} hint="Of what was made, such as pi_… or tr_…" required />}
        <TextField {...{ label: 'How it is known', name: 'note', autoComplete: 'off' }} hint="1 to 500 characters; is in the audit trail" required />
      </MutationForm>
    </Dialog>
  );
}

/** What is about the verdict, or about the id that was given with it. */
function issueOf(refusal: Refusal, fields: readonly string[]): Issue | null {
  switch (refusal.__typename) {
    case 'VerdictNotPossibleRejection':
      return { field: 'verdict', reason: sentence(refusal.message), accepted: `“${VERDICTS[refusal.possible].says}”` };
    case 'StripeSaysOtherwiseRejection':
      return {
        field: fields.includes('stripeId') ? 'stripeId' : 'verdict',
        reason: `${sentence(refusal.message)} (${refusal.failureCode})`,
        accepted: 'what Stripe has',
      };
    default:
      return null;
  }
}

function told({ status, failureCode }: Retried): string {
  switch (status) {
    case 'SUCCEEDED':
      return 'Stripe did it: it is booked';
    case 'FAILED':
      return failureCode === 'never_made' ? 'It is given up: what was set aside is free' : `Stripe refused it: ${failureCode ?? 'without a reason'}`;
    case 'PENDING':
    case 'NEEDS_REVIEW':
      return 'It is asked for again';
  }
}
