import { useState, type ReactNode } from 'react';
import { useMutation } from '../api/use-mutation.js';
import { useQuery } from '../api/use-query.js';
import { AddCardButton } from '../billing/add-card.button.js';
import { TOP_UP } from '../billing/billing.documents.js';
import { chargeFor } from '../billing/charge.js';
import { methodName } from '../billing/method.name.js';
import { PAYMENT_METHODS, type Method } from '../billing/payment-method.documents.js';
import { paymentMode } from '../billing/payment-mode.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { SelectField } from '../ui/field.js';
import { usd } from '../ui/format.js';
import { OutcomeNote } from '../ui/refusal.js';
import { useSearchParams } from '../ui/router.js';
import { PAY, type Reservation } from './allocation.documents.js';

const NOTHING = {};

interface Charged {
  readonly reservation: Reservation;
  /** What the wallet lacks for it. */
  readonly missing: bigint;
}

/** What the wallet lacks comes from a card, and the hold is paid with it, all before it runs out. */
export function PayByCard({ reservation, missing }: Charged): ReactNode {
  const query = useQuery(PAYMENT_METHODS, NOTHING);
  const [search] = useSearchParams();
  // Once the card was charged nothing is missing; how paying ended is still told.
  const [isPaying, setPaying] = useState(false);
  if (query.state !== 'ready' || (missing <= 0n && !isPaying)) return null;
  const active = query.data.paymentMethods.edges.map(({ node }) => node).filter(({ status }) => status === 'ACTIVE');
  return (
    <section className="card" aria-labelledby="by-card">
      <header className="card-head">
        <h2 id="by-card">Pay by card</h2>
        {paymentMode() !== 'live' && <strong className="badge test">TEST</strong>}
      </header>
      {search.get('checkout') === 'canceled' && <p role="status">You came back without giving a card. The hold stands until it runs out.</p>}
      {active.length === 0 ? (
        <NoCard reservationId={reservation.reservationId} isOnItsWay={search.get('checkout') === 'done'} />
      ) : (
        <Charge {...{ reservation, missing, methods: active }} onPaying={setPaying} />
      )}
    </section>
  );
}

function NoCard({ reservationId, isOnItsWay }: { readonly reservationId: string; readonly isOnItsWay: boolean }): ReactNode {
  return (
    <>
      <p role="status">{isOnItsWay ? 'Stripe has your card: as soon as Stripe tells us of it, usually within seconds, you can pay with it here.' : 'No card is saved. You give one on Stripe’s own page and come back here; the hold runs on meanwhile.'}</p>
      <div className="buttons"><AddCardButton returnPath={`/app/capacity/${encodeURIComponent(reservationId)}`} className={isOnItsWay ? 'quiet' : ''}>Give a card</AddCardButton></div>
    </>
  );
}

/** What was chosen, or else what is offered first. */
function chargedOf(methods: readonly Method[], chosen: string): Method | undefined {
  return methods.find(({ paymentMethodId }) => paymentMethodId === chosen) ?? methods.find(({ isDefault }) => isDefault) ?? methods[0];
}

type Paid = Charged & { readonly onPaying: (isPaying: boolean) => void };

function Charge({ reservation, missing, methods, onPaying }: Paid & { readonly methods: readonly Method[] }): ReactNode {
  const { reservationId, expiresAt } = reservation;
  const now = useClock()?.now ?? '';
  const [chosen, choose] = useState('');
  const method = chargedOf(methods, chosen);
  if (method === undefined) return null;
  if (expiresAt !== null && expiresAt <= now) return <p role="status">The hold has ended: nothing is charged. Reserve again.</p>;
  return (
    <>
      {methods.length > 1 && (
        <SelectField
          {...{ label: 'Charge', name: 'paymentMethod', value: method.paymentMethodId }}
          onChange={({ target }) => choose(target.value)}
          choices={methods.map((one) => ({ value: one.paymentMethodId, text: methodName(one) }))}
        />
      )}
      <PayButton {...{ reservation, missing, method, onPaying }} />
      <div className="buttons"><AddCardButton returnPath={`/app/capacity/${encodeURIComponent(reservationId)}`} className="quiet">Another card</AddCardButton></div>
    </>
  );
}

function PayButton({ reservation: { reservationId, amount }, missing, method, onPaying }: Paid & { readonly method: Method }): ReactNode {
  const announce = useAnnounce();
  const charge = useMutation(TOP_UP);
  const pay = useMutation(PAY);
  const isSending = [charge, pay].some(({ outcome }) => outcome.state === 'sending');
  const due = chargeFor(missing);
  /** Whether the wallet holds what is to be paid now. */
  const fill = async (): Promise<boolean> => {
    if (missing <= 0n) return true;
    const charged = await charge.run({ amount: due.toString(), paymentMethod: method.paymentMethodId });
    if (charged === null) onPaying(false);
    else if (charged.topUp.status !== 'SUCCEEDED') announce('The bank has not answered yet. The money comes to your wallet when it does: pay then, if the hold still stands');
    return charged?.topUp.status === 'SUCCEEDED';
  };
  const send = async (): Promise<void> => {
    if (isSending) return;
    onPaying(true);
    if (!(await fill())) return;
    const paid = await pay.run({ reservationId });
    announce(paid === null ? 'The card was charged, but the hold is not paid: the money is in your wallet' : `Paid; the wallet holds ${usd(paid.walletBalance)}`);
  };
  return (
    <>
      {missing > 0n && <p>{`${usd(due)} is charged to ${methodName(method)}, goes into your wallet, and pays ${usd(amount)} with what is there.`}</p>}
      <div className="action">
        <button type="button" aria-disabled={isSending} onClick={() => void send()}>{isSending ? 'Paying…' : `Pay by ${methodName(method)}`}</button>
        <OutcomeNote outcome={charge.outcome}>{charge.outcome.state === 'rejected' && <p>Nothing was charged, and the hold stands until it runs out.</p>}</OutcomeNote>
        <OutcomeNote outcome={pay.outcome}>{pay.outcome.state === 'rejected' && <p>The money is in your wallet.</p>}</OutcomeNote>
      </div>
    </>
  );
}
