import { useState, type ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { useQuery } from '../api/use-query.js';
import { WALLET } from '../billing/billing.documents.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { groupDigits, usd } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { useSearchParams } from '../ui/router.js';
import { ConstraintFields, readConstraints } from './order.constraints.js';
import type { TicketProps } from './order.ticket.js';
import { QuoteCard } from './quote.card.js';
import { QUOTES, REQUEST_QUOTE, type Quote } from './quote.documents.js';
import { shownQuotes } from './quote.shown.js';
import { quantityIn } from './ticket.address.js';
import { issuesOf } from './ticket.js';

const NOTHING = {};
const STEP_S = HOUR_MS / 1_000;

/** A price for all of it that stands for a minute: asked for here, taken or given back below. */
export function QuoteTicket({ marketId, window, onWindow }: Pick<TicketProps, 'marketId' | 'window' | 'onWindow'>): ReactNode {
  const announce = useAnnounce();
  const clock = useClock();
  const wallet = useQuery(WALLET, NOTHING);
  const balance = wallet.state === 'ready' ? BigInt(wallet.data.wallet.balance) : null;
  const known = useQuery(QUOTES, NOTHING);
  const [asked, setAsked] = useState<readonly Quote[]>([]);
  const [search] = useSearchParams();
  const [quantity, setQuantity] = useState(() => quantityIn(search));
  const [price, setPrice] = useState('');
  const fields = { ...window, quantity, price, minimumFill: '', timeInForce: 'FOK', until: '' } as const;
  const rows = known.state === 'ready' ? known.data.quotes.edges.map(({ node }) => node) : [];
  return (
    <>
      <MutationForm
        document={REQUEST_QUOTE}
        read={(form) =>
          form.result({
            ...{ marketId, window: form.window('window'), quantity: form.quantity('quantity') },
            limitPrice: form.optional('limitPrice', form.usd),
            constraints: readConstraints(form),
          })
        }
        // What is in the wallet matters when the price is taken, not when it is asked for.
        found={issuesOf(fields, { nowMs: clock === null ? 0 : Date.parse(clock.now), balance: null })}
        onAccepted={({ quote }) => {
          setAsked((before) => [quote, ...before]);
          announce(`${usd(quote.amount)} for ${groupDigits(quote.quantity)} tokens/s, for a minute`);
        }}
        submit="Ask for a firm price"
      >
        <div>
          <TextField {...{ label: 'Start (UTC)', name: 'window.start', type: 'datetime-local', step: STEP_S }} value={window.start} onChange={({ target }) => onWindow({ ...window, start: target.value })} required />
          <TextField {...{ label: 'End (UTC)', name: 'window.end', type: 'datetime-local', step: STEP_S }} value={window.end} onChange={({ target }) => onWindow({ ...window, end: target.value })} required />
        </div>
        <div className="pair">
          <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', autoComplete: 'off' }} value={quantity} onChange={({ target }) => setQuantity(target.value)} required />
          <TextField {...{ label: 'Limit (USD/token/s·h)', name: 'limitPrice', inputMode: 'decimal', autoComplete: 'off', placeholder: 'any price' }} value={price} onChange={({ target }) => setPrice(target.value)} />
        </div>
        <details>
          <summary>Conditions</summary>
          <div className="pair"><ConstraintFields /></div>
        </details>
        <p className="quiet-note">All of it or nothing, from the cheapest offers. What it is made of is set aside for you meanwhile.</p>
      </MutationForm>
      <ul className="quotes" aria-label="Your quotes">
        {shownQuotes(rows, asked, marketId).map((quote) => (
          <li key={quote.quoteId}><QuoteCard quote={quote} balance={balance} /></li>
        ))}
      </ul>
    </>
  );
}
