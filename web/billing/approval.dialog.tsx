import { useState, type ReactNode } from 'react';
import { useMutation } from '../api/use-mutation.js';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { usd, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { OutcomeNote } from '../ui/refusal.js';
import { Link } from '../ui/router.js';
import { Id, Money, Rate, Span, Time } from '../ui/values.js';
import { APPROVE, HELD, QUOTED, REFUSE, type Approval } from './approval.documents.js';
import { subjectName, type Names } from './controls.shown.js';

interface Shown {
  readonly approval: Approval;
  readonly names: Names;
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

/** What is to be bought, for how much, and yes or no. */
export function ApprovalDialog({ approval, names, isOwn, onClose }: Shown): ReactNode {
  const { amount, requestedBy, requestedAt, expiresAt } = approval;
  return (
    <Dialog title="Approve this purchase?" onClose={onClose}>
      <dl className="lines">
        <div><dt>At most</dt><dd><Money amount={amount} /></dd></div>
        <div><dt>Asked by</dt><dd className="long-name">{subjectName(requestedBy, names)}</dd></div>
        <div><dt>Asked</dt><dd><Time at={requestedAt} /></dd></div>
        <div><dt>Decide before</dt><dd><Time at={expiresAt} /></dd></div>
      </dl>
      <Purpose approval={approval} />
      <Decision {...{ approval, isOwn, onClose }} />
    </Dialog>
  );
}

function Purpose({ approval: { orderId, bid, quoteId, askedReservationIds } }: { readonly approval: Approval }): ReactNode {
  if (bid !== null) return <BidPart bid={bid} />;
  if (orderId !== null) return <p>A bid in the market or in an auction, <Id id={orderId} name="the bid" />: what it sets aside. It is placed, with what was asked for, once you approve.</p>;
  if (quoteId !== null) return <QuotedPart quoteId={quoteId} />;
  return askedReservationIds.map((reservationId) => <HeldPart key={reservationId} reservationId={reservationId} />);
}

const BIDS = {
  ORDER: 'A bid in the market. It is placed once you approve.',
  AMENDMENT: 'A bid that rests in the market, raised to this once you approve.',
  AUCTION: 'A sealed bid in an auction. It is placed once you approve.',
} as const;

function BidPart({ bid: { kind, marketId, window, quantity, limitPrice } }: { readonly bid: NonNullable<Approval['bid']> }): ReactNode {
  return (
    <>
      <p>{BIDS[kind]}</p>
      <dl className="lines">
        <div><dt>Market</dt><dd className="long-name">{marketId}</dd></div>
        <div><dt>Throughput</dt><dd><Rate quantity={quantity} /></dd></div>
        <div><dt>Hours</dt><dd>{window === null ? 'over' : <Span window={window} />}</dd></div>
        <div><dt>Pays at most</dt><dd><Money amount={limitPrice} /> per token/s and hour</dd></div>
      </dl>
    </>
  );
}

interface Part {
  readonly marketId: string;
  readonly quantity: string;
  readonly amount: string;
  readonly status: string;
  readonly window: { readonly start: string; readonly end: string };
}

function HeldPart({ reservationId }: { readonly reservationId: string }): ReactNode {
  const query = useQuery(HELD, { reservationId });
  return (
    <Loaded query={query} rows={2}>
      {({ reservation }) => (reservation === null ? <p>The hold is not there any more: it is made again, at no worse price, if you approve.</p> : <Line part={reservation} link={<Link to={`/app/capacity/${encodeURIComponent(reservationId)}`}>Look at it</Link>} />)}
    </Loaded>
  );
}

function QuotedPart({ quoteId }: { readonly quoteId: string }): ReactNode {
  const query = useQuery(QUOTED, { quoteId });
  return (
    <Loaded query={query} rows={2}>
      {({ quote }) => (quote === null ? <p>The firm price is not there any more: it is asked for again, and nothing is bought at a worse one.</p> : <Line part={quote} link={null} />)}
    </Loaded>
  );
}

function Line({ part: { marketId, quantity, amount, status, window }, link }: { readonly part: Part; readonly link: ReactNode }): ReactNode {
  return (
    <dl className="lines">
      <div><dt>Market</dt><dd className="long-name">{marketId} {link}</dd></div>
      <div><dt>Throughput</dt><dd><Rate quantity={quantity} /></dd></div>
      <div><dt>Hours</dt><dd><Span window={window} /></dd></div>
      <div><dt>Price</dt><dd><Money amount={amount} /></dd></div>
      <div><dt>State</dt><dd>{words(status)}</dd></div>
    </dl>
  );
}

function Decision({ approval: { approvalId }, isOwn, onClose }: Pick<Shown, 'approval' | 'isOwn' | 'onClose'>): ReactNode {
  const announce = useAnnounce();
  const [note, setNote] = useState('');
  const [approve, refuse] = [useMutation(APPROVE), useMutation(REFUSE)];
  const isSending = [approve, refuse].some(({ outcome }) => outcome.state === 'sending');
  const yes = async (): Promise<void> => {
    const bought = isSending ? null : await approve.run({ approvalId, note });
    if (bought === null) return;
    announce(bought.lapsed === null ? `Bought; the wallet holds ${usd(bought.walletBalance)}` : `The market took it not after all (${words(bought.lapsed)}): what was paid came back`);
    onClose();
  };
  const no = async (): Promise<void> => {
    if (isSending || (await refuse.run({ approvalId, note })) === null) return;
    announce('Refused: nothing is bought');
    onClose();
  };
  return (
    <>
      <TextField {...{ label: 'A note for who asked', name: 'note', value: note, autoComplete: 'off', maxLength: 500 }} onChange={({ target }) => setNote(target.value)} data-begin />
      {isOwn && <p className="quiet-note">You asked for this yourself: somebody else approves it. You can take it back.</p>}
      <div className="action">
        <div className="buttons">
          {!isOwn && <button type="button" aria-disabled={isSending} onClick={() => void yes()}>Approve and buy</button>}
          <button type="button" className="quiet" aria-disabled={isSending} onClick={() => void no()}>{isOwn ? 'Take it back' : 'Refuse'}</button>
        </div>
        <OutcomeNote outcome={approve.outcome}>{approve.outcome.state === 'rejected' && <p>Nothing was bought.</p>}</OutcomeNote>
        <OutcomeNote outcome={refuse.outcome} />
      </div>
    </>
  );
}
