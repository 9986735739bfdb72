import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { groupDigits, usd } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { Money, Rate, Span, Time } from '../ui/values.js';
import { Countdown } from './hold.panel.js';
import { ACCEPT_QUOTE, RELEASE_QUOTE, type Quote } from './quote.documents.js';

/** One price: what it is made of, how long it stands, and what became of it. */
export function QuoteCard({ quote, balance }: { readonly quote: Quote; readonly balance: bigint | null }): ReactNode {
  const { quoteId, amount, unitPrice, quantity, window, fills, status, expiresAt } = quote;
  const missing = balance === null || status !== 'OPEN' ? 0n : BigInt(amount) - balance;
  return (
    <article className="quote" aria-label={`Quote of ${usd(amount)}`} data-status={status}>
      {status === 'OPEN' && <Countdown expiresAt={expiresAt} before="Stands until" />}
      <dl className="lines">
        <div><dt>For</dt><dd><Rate quantity={quantity} /></dd></div>
        <div><dt>When</dt><dd><Span window={window} /></dd></div>
        <div><dt>Per token/s·h</dt><dd><Money amount={unitPrice} /></dd></div>
        <div><dt>Price of all of it</dt><dd><Money amount={amount} /></dd></div>
        <div><dt>Fees on top</dt><dd>none: sellers pay them</dd></div>
        {missing > 0n && <div><dt>Missing in the wallet</dt><dd data-bad><Money amount={missing} /></dd></div>}
      </dl>
      <ol className="quote-fills" aria-label="Made of">
        {fills.map((fill) => (
          <li key={fill.reservationId}>
            <span>{`${groupDigits(fill.quantity)} tokens/s · ${fill.platform} · ${fill.region}`}</span>
            <span className="number"><Money amount={fill.amount} /></span>
          </li>
        ))}
      </ol>
      {status === 'OPEN' ? <Choices quoteId={quoteId} amount={amount} isShort={missing > 0n} /> : <Ending quote={quote} />}
    </article>
  );
}

function Choices({ quoteId, amount, isShort }: { readonly quoteId: string; readonly amount: string; readonly isShort: boolean }): ReactNode {
  const announce = useAnnounce();
  return (
    <div className="buttons">
      <MutationButton
        document={ACCEPT_QUOTE}
        input={{ quoteId }}
        onAccepted={({ walletBalance }) => announce(`It is yours; the wallet holds ${usd(walletBalance)}`)}
      >
        {`Accept for ${usd(amount)}`}
      </MutationButton>
      <MutationButton
        {...{ document: RELEASE_QUOTE, input: { quoteId }, className: 'quiet' }}
        onAccepted={() => announce('Given back: nothing was charged')}
      >
        Give it back
      </MutationButton>
      {isShort && <Link to="/app/wallet" className="button quiet">Top up the wallet</Link>}
    </div>
  );
}

/** What became of it, and what one can do now. */
function Ending({ quote: { status, endedAt } }: { readonly quote: Quote }): ReactNode {
  return (
    <p role="status">
      {ENDINGS[status]}
      {endedAt !== null && <span className="quiet-note"><Time at={endedAt} /></span>}
      {status === 'ACCEPTED' && <Link to="/app/capacity">See my capacity</Link>}
    </p>
  );
}

const ENDINGS: Readonly<Record<Quote['status'], string>> = {
  OPEN: 'It stands.',
  ACCEPTED: 'Accepted: all of it is yours, and exactly this was charged.',
  RELEASED: 'Given back: nothing was charged, and it is for sale again.',
  EXPIRED: 'Its time was over: nothing was charged, and it is for sale again. Ask again for the price of now.',
  CURTAILED: 'A provider took back some of what it was for: nothing was charged. Ask again.',
};
