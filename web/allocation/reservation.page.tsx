import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { mayTrade } from '../identity/permissions.js';
import type { Viewer } from '../identity/identity.documents.js';
import type { MemberPageProps } from '../routes.js';
import { POOL_FACTS } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import type { Grid } from '../ui/time.js';
import { Id, Money, Rate, Span, Time } from '../ui/values.js';
import { RESERVATION_OF, type Reservation } from './allocation.documents.js';
import { RETURN_TRANSFER } from './capacity.documents.js';
import { CancelDialog } from './cancel.dialog.js';
import { ChainOfTitle } from './chain-of-title.js';
import { ConnectPanel } from './connect.panel.js';
import { ExtendDialog } from './extend.dialog.js';
import { HoldPanel } from './hold.panel.js';
import { IdleRulePanel } from './idle-rule.panel.js';
import { ResellPanel } from './resell.panel.js';
import { RebookingPanel } from './rebooking.panel.js';
import { TransferDialog } from './transfer.dialog.js';
import { UsePanel } from './use.panel.js';

/** What was reserved is there a moment after the answer. */
const SOON = { everyMs: 2_000 };

/** One purchase, from hold to end, and all that its holder can do with it. */
export function ReservationPage({ params, viewer }: MemberPageProps): ReactNode {
  const reservationId = params['reservationId'] ?? '';
  const query = useQuery(RESERVATION_OF, { reservationId }, SOON);
  return (
    <Loaded query={query} rows={10} title="Reservation">
      {({ reservation }) =>
        reservation === null ? <NotYet key={reservationId} /> : <Of reservation={reservation} viewer={viewer} />
      }
    </Loaded>
  );
}

function NotYet(): ReactNode {
  const [isLong, setLong] = useState(false);
  return (
    <Page title="Reservation">
      {!isLong && <div onAnimationEnd={() => setLong(true)} className="waiting"><Skeleton rows={8} /></div>}
      {isLong && (
        <EmptyState title="There is no such reservation of yours" action={<Link className="button" to="/app/capacity">My capacity</Link>} />
      )}
    </Page>
  );
}

const TITLE: readonly Reservation['status'][] = ['SCHEDULED', 'ACTIVE'];
/** Its hours have begun. */
const USABLE: readonly Reservation['status'][] = ['ACTIVE', 'COMPLETED'];

function Of({ reservation, viewer }: { readonly reservation: Reservation; readonly viewer: Viewer }): ReactNode {
  const { marketId, status, holderId } = reservation;
  const isHolder = holderId === viewer.organization.organizationId;
  const mayAct = isHolder && mayTrade(viewer);
  const isTitle = TITLE.includes(status);
  return (
    <Page title={marketId} lead={<State reservation={reservation} />} actions={mayAct && isTitle && <Actions reservation={reservation} />}>
      <Facts reservation={reservation} />
      {status === 'HELD' ? (
        mayAct && <HoldPanel reservation={reservation} />
      ) : (
        <>
          {isTitle && isHolder ? (
            <Title {...{ reservation, mayAct }} canMakeKeys={viewer.role === 'OWNER'} />
          ) : (
            <History {...{ reservation, isHolder }} />
          )}
        </>
      )}
    </Page>
  );
}

function History({ reservation: { reservationId, status }, isHolder }: { readonly reservation: Reservation; readonly isHolder: boolean }): ReactNode {
  return (
    <>
      <ChainOfTitle reservationId={reservationId} />
      {isHolder && USABLE.includes(status) && <UsePanel reservationId={reservationId} />}
    </>
  );
}

function State({ reservation: { reservationId, status, isResale, isTransfer } }: { readonly reservation: Reservation }): ReactNode {
  return (
    <>
      <span className="state" data-state={status}>{words(status)}</span>
      {isResale && <span className="badge">resale</span>}
      {isTransfer && <span className="badge">transferred</span>}
      <Id id={reservationId} name="this reservation" />
    </>
  );
}

/** What one does with what one holds: use it, sell it, have it sold. */
function Title({
  reservation,
  mayAct,
  canMakeKeys,
}: {
  readonly reservation: Reservation;
  readonly mayAct: boolean;
  readonly canMakeKeys: boolean;
}): ReactNode {
  const query = useQuery(POOL_FACTS, { poolId: reservation.poolId });
  return (
    <Loaded query={query} rows={10}>
      {({ pool }) => (
        <>
          <div className="two-columns even">
            <ConnectPanel marketId={reservation.marketId} beginsAt={reservation.status === 'SCHEDULED' ? reservation.window.start : null} canMakeKeys={canMakeKeys} />
            <div className="stack">
              {mayAct && pool !== null && reservation.entitlement.length > 0 && <ResellPanel {...{ reservation, pool }} />}
              {mayAct && <IdleRulePanel reservation={reservation} />}
              {mayAct && <RebookingPanel key={JSON.stringify(reservation.rebooking)} reservation={reservation} />}
            </div>
          </div>
          <History reservation={reservation} isHolder />
        </>
      )}
    </Loaded>
  );
}

type Opened = 'extend' | 'transfer' | 'cancel';

function Actions({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const [open, setOpen] = useState<Opened | null>(null);
  const close = (): void => setOpen(null);
  const grid = useGrid(reservation);
  return (
    <>
      {actionsOf(reservation).map(([what, name]) => <button key={what} type="button" className="quiet" onClick={() => setOpen(what)}>{name}</button>)}
      {reservation.isTransfer && reservation.status === 'SCHEDULED' && <GiveBack reservation={reservation} />}
      {open === 'extend' && <ExtendDialog {...{ reservation, grid }} onClose={close} />}
      {open === 'transfer' && <TransferDialog {...{ reservation, grid }} onClose={close} />}
      {open === 'cancel' && <CancelDialog reservation={reservation} onClose={close} />}
    </>
  );
}

function useGrid({ poolId }: Reservation): Grid {
  const pool = useQuery(POOL_FACTS, { poolId });
  return pool.state === 'ready' ? (pool.data.pool?.grid ?? 'HOUR') : 'HOUR';
}

function actionsOf({ isTransfer, status, entitlement }: Reservation): readonly (readonly [Opened, string])[] {
  const isHeld = entitlement.length > 0;
  return [
    ...(isHeld && !isTransfer ? [['extend', 'Extend…'] as const] : []),
    ...(isHeld ? [['transfer', 'Transfer…'] as const] : []),
    ...(status === 'SCHEDULED' ? [['cancel', 'Cancel…'] as const] : []),
  ];
}

/** A part that a team was handed goes back to what it was cut from, whole, before it begins. */
function GiveBack({ reservation: { reservationId, transferredFromId } }: { readonly reservation: Reservation }): ReactNode {
  const announce = useAnnounce();
  const home = transferredFromId === null ? '/app/capacity' : `/app/capacity/${encodeURIComponent(transferredFromId)}`;
  return (
    <ConfirmButton
      {...{ document: RETURN_TRANSFER, input: { reservationId }, title: 'Give it back', name: 'Give back…' }}
      onAccepted={() => {
        announce('Given back: it is part of what it was cut from again');
        goTo(home);
      }}
    >
      <p>All of it goes back to the reservation that it was cut from; no money moves. The team no longer holds it. That is possible until it begins, and where nothing of it was sold, listed or handed on.</p>
    </ConfirmButton>
  );
}

function Facts({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const { quantity, window, amount, unitPrice, paidAt, refund, cancellationFee, curtailments } = reservation;
  return (
    <>
      <dl className="facts strip">
        <div><dt>Quantity</dt><dd><Rate quantity={quantity} /></dd></div>
        <div><dt>Window</dt><dd><Span window={window} /></dd></div>
        <div><dt>Price</dt><dd><Money amount={amount} /></dd></div>
        <div><dt>Per token/s and hour</dt><dd><Money amount={unitPrice} /></dd></div>
        {paidAt !== null && <div><dt>Paid</dt><dd><Time at={paidAt} /></dd></div>}
        {refund !== null && <div><dt>Came back</dt><dd><Money amount={refund} /></dd></div>}
        {cancellationFee !== null && <div><dt>Cancelling cost</dt><dd><Money amount={cancellationFee} /></dd></div>}
      </dl>
      {curtailments.map(({ cause, quantity: lost, window: when, refund: back, penalty }) => (
        <p key={`${cause} ${when.start} ${lost}`} className="notice">
          Taken back: up to <Rate quantity={lost} />, <Span window={when} /> ({words(cause).toLowerCase()}): <Money amount={back} /> comes back, and <Money amount={penalty} /> as a penalty
        </p>
      ))}
    </>
  );
}
