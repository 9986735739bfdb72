import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { groupDigits, usdField } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Span } from '../ui/values.js';
import { placeAfter, type Place } from './amend.js';
import { AMEND_ORDER, type Order } from './order.documents.js';

const PLACES: Readonly<Record<Place, string>> = {
  unread: 'Type a quantity and a price.',
  same: 'Nothing is changed yet.',
  kept: 'It keeps its place in the queue.',
  lost: 'It loses its place and goes to the end of the queue at its price.',
};

/** Another limit or quantity for a bid that waits; what that does to its place is said before. */
export function AmendDialog({ order, onClose }: { readonly order: Order; readonly onClose: () => void }): ReactNode {
  const { orderId, marketId, window, quantity, limitPrice, remaining } = order;
  const announce = useAnnounce();
  const [typed, setTyped] = useState({ quantity, price: usdField(limitPrice) });
  return (
    <Dialog title={`Change the bid for ${marketId}`} onClose={onClose}>
      <p><Span window={window} />, {groupDigits(remaining)} of {groupDigits(quantity)} tokens/s not filled yet.</p>
      <MutationForm
        document={AMEND_ORDER}
        read={(form) => form.result({ orderId, quantity: form.quantity('quantity'), limitPrice: form.usd('limitPrice') })}
        onAccepted={({ order: { fills, remaining: left } }) => {
          announce(fills.length === 0 ? `Changed: it waits with ${groupDigits(left)} tokens/s` : `Changed, and filled: ${groupDigits(left)} tokens/s are left`);
          onClose();
        }}
        submit="Change the bid"
      >
        <div className="columns">
          <TextField
            {...{ label: 'Tokens per second, in all', name: 'quantity', inputMode: 'numeric', autoComplete: 'off', value: typed.quantity, required: true }}
            onChange={({ target }) => setTyped({ ...typed, quantity: target.value })}
            hint="What was filled included"
          />
          <TextField
            {...{ label: 'Limit (USD/token/s·h)', name: 'limitPrice', inputMode: 'decimal', autoComplete: 'off', value: typed.price, required: true }}
            onChange={({ target }) => setTyped({ ...typed, price: target.value })}
          />
        </div>
        <p className="hint" role="status">{PLACES[placeAfter(order, typed)]}</p>
      </MutationForm>
    </Dialog>
  );
}
