import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { SelectField, TextField } from '../ui/field.js';
import { usdField, words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Money, Time } from '../ui/values.js';
import { methodName } from './method.name.js';
import { REMOVE_AUTO_TOP_UP, SET_AUTO_TOP_UP, type AutoTopUp, type Method } from './payment-method.documents.js';

const NOTHING = {};

const MEANING: Readonly<Record<AutoTopUp['state'], string>> = {
  READY: 'It charges the card as soon as the wallet is low.',
  UNDER_WAY: 'A top-up is on its way.',
  BACKING_OFF: 'The card was declined: it is tried again later, less and less often.',
  DAY_LIMIT: 'What it may charge in a day is used up.',
  STOPPED: 'The card was declined too often: it is not tried again. Save the rule again once the card is in order, or name another.',
  AUTHENTICATION_REQUIRED: 'The bank wants to be asked each time, so the card cannot be charged without you. Name another card.',
  METHOD_REMOVED: 'Its card was removed. Name another.',
};

/** The wallet fills itself: from when on, by how much, and at most how much in a day. */
export function AutoTopUpSection({ rule, methods }: { readonly rule: AutoTopUp | null; readonly methods: readonly Method[] }): ReactNode {
  const active = methods.filter(({ status }) => status === 'ACTIVE');
  return (
    <section className="card" aria-labelledby="automatic">
      <header className="card-head">
        <h2 id="automatic">Automatic top-up</h2>
        {rule !== null && <span className="state" data-state={rule.state}>{words(rule.state)}</span>}
      </header>
      {rule === null ? <p>Off: money comes only when somebody tops up.</p> : <State rule={rule} />}
      {active.length === 0 ? <p>Save a card first: it is what is charged.</p> : <RuleForm rule={rule} methods={active} />}
      {rule !== null && <TurnOff />}
    </section>
  );
}

function State({ rule: { state, failureCode, until, threshold, amount } }: { readonly rule: AutoTopUp }): ReactNode {
  return (
    <>
      <p>{MEANING[state]}{until !== null && <> Until <Time at={until} />.</>}{failureCode !== null && ` Stripe says: ${failureCode}.`}</p>
      <p>Below <Money amount={threshold} /> it adds <Money amount={amount} />.</p>
    </>
  );
}

/** What is offered to begin with. */
const BEGINNING = { threshold: '50000000', amount: '100000000', perDayMax: '500000000' };

function chosenOf(rule: AutoTopUp | null, methods: readonly Method[]): string {
  const chosen = methods.find(({ paymentMethodId }) => paymentMethodId === rule?.paymentMethodId) ?? methods.find(({ isDefault }) => isDefault);
  return (chosen ?? methods[0])?.paymentMethodId ?? '';
}

function RuleForm({ rule, methods }: { readonly rule: AutoTopUp | null; readonly methods: readonly Method[] }): ReactNode {
  const announce = useAnnounce();
  const { threshold, amount, perDayMax } = rule ?? BEGINNING;
  return (
    <MutationForm
      document={SET_AUTO_TOP_UP}
      read={(form) =>
        form.result({
          ...{ threshold: form.usd('threshold'), amount: form.usd('amount'), perDayMax: form.usd('perDayMax') },
          paymentMethodId: form.text('paymentMethodId'),
        })
      }
      onAccepted={() => announce('The wallet fills itself from now on')}
      submit={rule === null ? 'Turn it on' : 'Save the rule'}
    >
      <div className="columns">
        <SelectField
          {...{ label: 'Card', name: 'paymentMethodId' }}
          defaultValue={chosenOf(rule, methods)}
          choices={methods.map((method) => ({ value: method.paymentMethodId, text: methodName(method) }))}
        />
        <TextField {...{ label: 'When less than this is left (USD)', name: 'threshold', inputMode: 'decimal', autoComplete: 'off' }} defaultValue={usdField(threshold)} required />
        <TextField {...{ label: 'Add (USD)', name: 'amount', inputMode: 'decimal', autoComplete: 'off' }} hint="Whole cents" defaultValue={usdField(amount)} required />
        <TextField {...{ label: 'At most in a day (USD)', name: 'perDayMax', inputMode: 'decimal', autoComplete: 'off' }} hint="A UTC day" defaultValue={usdField(perDayMax)} required />
      </div>
    </MutationForm>
  );
}

function TurnOff(): ReactNode {
  const announce = useAnnounce();
  return (
    <div className="buttons">
      <ConfirmButton document={REMOVE_AUTO_TOP_UP} input={NOTHING} title="Turn it off" name="Turn off" onAccepted={() => announce('Money comes only when somebody tops up')}>
        <p>No money comes by itself any more. What is under way still comes.</p>
      </ConfirmButton>
    </div>
  );
}
