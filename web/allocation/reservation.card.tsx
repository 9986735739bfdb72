import type { ReactNode } from 'react';
import { mayTrade } from '../identity/permissions.js';
import { useSession } from '../identity/session.context.js';
import { tokensPerSecond, usd, utc, utcWindow, words } from '../ui/format.js';
import type { Reservation } from './allocation.documents.js';
import { ChainOfTitle } from './chain-of-title.js';
import { HoldActions, TitleActions } from './reservation.actions.js';

/** One purchase, from hold to end, and what its buyer can do with it now. */
export function ReservationCard({
  reservation,
  isBought,
}: {
  readonly reservation: Reservation;
  readonly isBought: boolean;
}): ReactNode {
  const { status, marketId, isResale, reservationId } = reservation;
  return (
    <article aria-labelledby={`name-${reservationId}`}>
      <header className="card-head">
        <h2 id={`name-${reservationId}`}>{marketId}</h2>
        <span className="state" data-state={status}>{words(status)}</span>
        {isResale && <span className="badge">resale</span>}
      </header>
      <Facts reservation={reservation} />
      {isBought && <Actions reservation={reservation} />}
      {wasPaid(status) && <ChainOfTitle reservationId={reservationId} />}
    </article>
  );
}

function Actions({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const session = useSession();
  if (session.state !== 'signed-in' || !mayTrade(session.viewer)) return null;
  switch (reservation.status) {
    case 'HELD':
      return <HoldActions reservation={reservation} />;
    case 'SCHEDULED':
    case 'ACTIVE':
      return <TitleActions reservation={reservation} />;
    default:
      return null;
  }
}

const PAID: readonly Reservation['status'][] = ['SCHEDULED', 'ACTIVE', 'COMPLETED', 'CANCELLED', 'CURTAILED'];

function wasPaid(status: Reservation['status']): boolean {
  return PAID.includes(status);
}

function Facts({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const { quantity, window, amount, unitPrice, entitlement, expiresAt, refund, cancellationFee, status } =
    reservation;
  const { curtailments } = reservation;
  const rows: readonly (readonly [string, string])[] = [
    ['Quantity', tokensPerSecond(quantity)],
    ['Window', utcWindow(window)],
    ['Price', `${usd(amount)} (${usd(unitPrice)} per token/s and hour)`],
    ...(status === 'HELD' && expiresAt !== null ? [['Pay before', `${utc(expiresAt)} UTC`] as const] : []),
    ...(wasPaid(status) ? [[status === 'COMPLETED' ? 'Held' : 'Now held', held(entitlement)] as const] : []),
    ...(curtailments.length === 0 ? [] : [['Taken back', takenBack(curtailments)] as const]),
    ...(refund === null ? [] : [['Came back', usd(refund)] as const]),
    ...(cancellationFee === null ? [] : [['Cancelling cost', usd(cancellationFee)] as const]),
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function held(segments: Reservation['entitlement']): string {
  if (segments.length === 0) return 'nothing: resold, given back or taken back';
  return segments
    .map(({ quantity, window }) => `${tokensPerSecond(quantity)}, ${utcWindow(window)}`)
    .join('; ');
}

/** What the provider could not serve or wanted back, and the money for it. */
function takenBack(curtailments: Reservation['curtailments']): string {
  return curtailments
    .map(({ cause, quantity, window, refund, penalty }) => {
      const what = `up to ${tokensPerSecond(quantity)}, ${utcWindow(window)} (${words(cause).toLowerCase()})`;
      return `${what}: ${usd(refund)} comes back, and ${usd(penalty)} as a penalty`;
    })
    .join('; ');
}
