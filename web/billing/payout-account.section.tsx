import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { usd, usdField, words } from '../ui/format.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { Time } from '../ui/values.js';
import { paymentMode } from './payment-mode.js';
import { REQUEST_PAYOUT, SPEND_EARNINGS, START_ONBOARDING, type PayoutAccount, type Told } from './payout.documents.js';

const BACK = { returnPath: '/app/finance/payouts' };
const NOTHING = {};

const MEANING: Readonly<Record<PayoutAccount['state'], string>> = {
  NOT_STARTED: 'What you earn goes to your wallet. To have it paid into your bank, set up an account at Stripe: it asks who you are and where the money goes, and we never see either.',
  CREATING: 'Stripe is asked for an account. This takes a moment.',
  NEEDS_REVIEW: 'Stripe gave no answer for too long. Those who run the exchange look at it; you can also ask again.',
  ONBOARDING: 'Stripe has questions that were not answered yet. Until they are, what you earn goes to your wallet.',
  RESTRICTED: 'Stripe needs more from you, and takes no money for you meanwhile. What you earned waits here.',
  PAYABLE: 'What is due is paid out every day at midnight UTC.',
};

/** The account at Stripe, the rule that it is paid by, and what can be done with what is payable. */
export function AccountSection({ told: { payoutAccount, payoutRule } }: { readonly told: Told }): ReactNode {
  return (
    <div className="two-columns">
      <section className="card" aria-labelledby="account">
        <header className="card-head">
          <h2 id="account">Account</h2>
          <span className="state" data-state={payoutAccount.state}>{words(payoutAccount.state)}</span>
        </header>
        <Account account={payoutAccount} />
      </section>
      <section className="card" aria-labelledby="rule">
        <h2 id="rule" className="card-title">When you are paid</h2>
        <RuleText rule={payoutAccount.rule} published={payoutRule} />
        {payoutAccount.state === 'PAYABLE' && payoutAccount.payable !== '0' && <Keep payable={payoutAccount.payable} />}
      </section>
    </div>
  );
}

function Account({ account }: { readonly account: PayoutAccount }): ReactNode {
  const { state, needs, disabledReason, bankFailureCode, bankFailedAt } = account;
  return (
    <>
      <p>{MEANING[state]}</p>
      {disabledReason !== null && <p className="notice">{`Stripe says: ${disabledReason}`}</p>}
      {needs.length > 0 && (
        <>
          <p>Stripe still needs:</p>
          <ul className="plain-list">{needs.map((need) => <li key={need}><code>{need}</code></li>)}</ul>
        </>
      )}
      {bankFailureCode !== null && bankFailedAt !== null && (
        <p className="notice">Your bank sent back what Stripe paid to it on <Time at={bankFailedAt} />: {bankFailureCode}. The money is in your account at Stripe; give it another bank account there.</p>
      )}
      <div className="buttons">{state === 'PAYABLE' ? account.due !== '0' && <PayNow due={account.due} /> : <Onboard state={state} />}</div>
    </>
  );
}

function Onboard({ state }: { readonly state: PayoutAccount['state'] }): ReactNode {
  const announce = useAnnounce();
  const isTest = paymentMode() !== 'live';
  return (
    <MutationButton
      document={START_ONBOARDING}
      input={BACK}
      onAccepted={({ url }) => {
        if (url === null) announce('Stripe does not answer yet: it is asked again, try it in a minute');
        else location.assign(url);
      }}
    >
      {`${state === 'NOT_STARTED' ? 'Set up payouts' : 'Go on at Stripe'}${isTest ? ' (TEST)' : ''}`}
    </MutationButton>
  );
}

function PayNow({ due }: { readonly due: string }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={REQUEST_PAYOUT} input={NOTHING} onAccepted={() => announce('It is on its way to your account at Stripe')}>
      {`Pay out ${usd(due)} now`}
    </MutationButton>
  );
}

function RuleText({ rule, published }: { readonly rule: PayoutAccount['rule']; readonly published: PayoutAccount['rule'] }): ReactNode {
  const isOwn = rule.minimum !== published.minimum || rule.holdBackDays !== published.holdBackDays;
  return (
    <p>
      {`What a day brings, UTC, comes due ${rule.holdBackDays === 0 ? 'when' : `${daysText(rule.holdBackDays)} after`} that day is over${rule.holdBackDays === 0 ? '' : ', so that credits and disputes of it are known'}. `}
      {`What is due is paid out every day in whole cents, from ${usd(rule.minimum)} on; less waits. `}
      {'A credit that you give after you were paid comes out of what you earn next.'}
      {isOwn && ` This rule was agreed with you; for others it is ${daysText(published.holdBackDays)} and ${usd(published.minimum)}.`}
    </p>
  );
}

const daysText = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`;

/** Whoever also buys here need not wait for their bank. */
function Keep({ payable }: { readonly payable: string }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationForm
      document={SPEND_EARNINGS}
      read={(form) => form.result({ amount: form.usd('amount') })}
      onAccepted={({ walletBalance }) => announce(`It is in your wallet, which holds ${usd(walletBalance)}`)}
      submit="Move to the wallet"
    >
      <TextField
        {...{ label: 'Spend here instead (USD)', name: 'amount', inputMode: 'decimal', autoComplete: 'off' }}
        hint={`Up to ${usd(payable)}, due or not; it does not come back from the wallet`}
        defaultValue={usdField(payable)}
        required
      />
    </MutationForm>
  );
}
