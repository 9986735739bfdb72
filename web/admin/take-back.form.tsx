import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { usd } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { REVERSE_TRANSFER } from './payments.documents.js';

/** Takes money of a transfer back from a seller's account. */
export function TakeBackForm(): ReactNode {
  const announce = useAnnounce();
  return (
    <section className="card" aria-labelledby="take-back">
      <h2 id="take-back" className="card-title">Take money back</h2>
      <p>Stripe is asked to take it out of the seller’s account. What comes back first pays what the seller owes; the rest is payable again.</p>
      <MutationForm
        document={REVERSE_TRANSFER}
        read={(form) => form.result({ payoutId: form.text('payoutId'), amount: form.usd('amount'), note: form.text('note') })}
        onAccepted={({ reversal: { amount } }) => announce(`Stripe is asked for ${usd(amount)}`)}
        submit="Take it back"
      >
        <div className="columns">
          <TextField {...{ label: 'Payout', name: 'payoutId', autoComplete: 'off' }} hint="Its id, as the seller’s page shows it" required />
          <TextField {...{ label: 'Amount (USD)', name: 'amount', inputMode: 'decimal', autoComplete: 'off' }} hint="Whole cents" required />
          <TextField {...{ label: 'Why', name: 'note', autoComplete: 'off' }} hint="Is in the audit trail" required />
        </div>
      </MutationForm>
    </section>
  );
}
