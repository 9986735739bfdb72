import { useEffect, useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { WALLET } from '../billing/billing.documents.js';
import { paymentMode } from '../billing/payment-mode.js';
import { TopUpForm } from '../billing/top-up.form.js';
import { mayKeepBooks } from '../identity/permissions.js';
import { useViewer } from '../identity/session.context.js';
import { useClock, type ExchangeClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { duration, usd } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Money, Time } from '../ui/values.js';
import { PAY, RELEASE, type Reservation } from './allocation.documents.js';
import { PayByCard } from './pay-by-card.js';

const NOTHING = {};

/** A hold runs out: how long it stands, what it costs, and where the money comes from. */
export function HoldPanel({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const { reservationId, amount, expiresAt } = reservation;
  const announce = useAnnounce();
  const wallet = useQuery(WALLET, NOTHING);
  const balance = wallet.state === 'ready' ? BigInt(wallet.data.wallet.balance) : null;
  const missing = balance === null ? 0n : BigInt(amount) - balance;
  return (
    <div className="two-columns">
      <section className="card" aria-label="Pay">
        <h2 className="card-title">Held for you</h2>
        {expiresAt !== null && <Countdown expiresAt={expiresAt} />}
        <dl className="lines">
          <div><dt>To pay</dt><dd><Money amount={amount} /></dd></div>
          <div><dt>Your wallet</dt><dd>{balance === null ? '…' : <Money amount={balance} />}</dd></div>
          {missing > 0n && <div><dt>Missing</dt><dd data-bad><Money amount={missing} /></dd></div>}
        </dl>
        <div className="buttons">
          <MutationButton
            document={PAY}
            input={{ reservationId }}
            className={missing > 0n ? 'quiet' : ''}
            onAccepted={({ walletBalance }) => announce(`Paid; the wallet holds ${usd(walletBalance)}`)}
          >
            {`Pay ${usd(amount)}`}
          </MutationButton>
          <MutationButton
            document={RELEASE}
            input={{ reservationId }}
            className="quiet"
            onAccepted={() => announce('Released: nothing was charged')}
          >
            Release
          </MutationButton>
        </div>
      </section>
      <Missing {...{ reservation, missing }} />
    </div>
  );
}

/** Where what is missing can come from. */
function Missing({ reservation, missing }: { readonly reservation: Reservation; readonly missing: bigint }): ReactNode {
  const viewer = useViewer();
  if (viewer === null || !mayKeepBooks(viewer)) return missing > 0n && <p>Owners and finance top up the wallet.</p>;
  // Where no card exists nobody has one to give: the shortest way comes first.
  const isSimulated = paymentMode() === 'simulated';
  const topUp = missing > 0n && <TopUpForm amount={missing} />;
  return (
    <div className="stack">
      {isSimulated && topUp}
      <PayByCard {...{ reservation, missing }} />
      {!isSimulated && topUp}
    </div>
  );
}

/** By the exchange's clock, counted on between its answers. */
export function Countdown({ expiresAt, before = 'Pay before' }: { readonly expiresAt: string; readonly before?: string }): ReactNode {
  const clock = useClock();
  if (clock === null) return null;
  return (
    <p className="countdown">
      <span className="quiet-note">{before} <Time at={expiresAt} /></span>
      <Remaining key={clock.now} clock={clock} expiresAt={expiresAt} />
    </p>
  );
}

function Remaining({ clock, expiresAt }: { readonly clock: ExchangeClock; readonly expiresAt: string }): ReactNode {
  const [passedMs, setPassed] = useState(0);
  useEffect(() => {
    const began = Date.now();
    const timer = setInterval(() => setPassed(Date.now() - began), 1_000);
    return () => clearInterval(timer);
  }, []);
  const leftMs = Date.parse(expiresAt) - Date.parse(clock.now) - (clock.isSimulated ? 0 : passedMs);
  return <strong role="timer">{leftMs <= 0 ? 'over' : duration(leftMs)}</strong>;
}
