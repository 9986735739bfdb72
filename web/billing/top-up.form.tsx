import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { SelectField, TextField } from '../ui/field.js';
import { usd, usdField } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { TOP_UP } from './billing.documents.js';
import { chargeFor } from './charge.js';
import { paymentMode, TEST_METHODS } from './payment-mode.js';
import { SavedCardField } from './saved-card.field.js';

/** Charges a payment method; says plainly when nobody is charged. */
export function TopUpForm({ amount: missing }: { readonly amount?: bigint }): ReactNode {
  const announce = useAnnounce();
  const mode = paymentMode();
  return (
    <section className="card" aria-labelledby="top-up">
      <header className="card-head">
        <h2 id="top-up">Top up</h2>
        {mode !== 'live' && <strong className="badge test">TEST</strong>}
      </header>
      {mode === 'simulated' && <p>Payments are simulated here: no card exists and nobody is charged.</p>}
      {mode === 'test' && <p>Stripe is in its test mode: nobody is charged.</p>}
      <MutationForm
        document={TOP_UP}
        read={(form) =>
          form.result({ amount: form.usd('amount'), paymentMethod: form.text('paymentMethod') })
        }
        onAccepted={({ topUp: { amount, status } }) =>
          announce(status === 'SUCCEEDED' ? `${usd(amount)} is in your wallet` : `${usd(amount)} is on its way`)
        }
        submit={mode === 'live' ? 'Top up' : 'Top up (TEST)'}
      >
        <TextField
          {...{ label: 'Amount (USD)', name: 'amount', inputMode: 'decimal', autoComplete: 'off' }}
          hint="Whole cents from 0.50 to 999,999.99"
          defaultValue={missing === undefined ? '100.00' : usdField(chargeFor(missing).toString())}
          required
        />
        {mode === 'live' ? (
          <SavedCardField />
        ) : (
          <SelectField label="TEST payment method" name="paymentMethod" choices={TEST_METHODS} />
        )}
      </MutationForm>
    </section>
  );
}
