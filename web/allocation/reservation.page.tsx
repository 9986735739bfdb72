import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { mayTrade } from '../identity/permissions.js';
import type { Viewer } from '../identity/identity.documents.js';
import type { MemberPageProps } from '../routes.js';
import { POOL_FACTS } from '../providers/providers.documents.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState, Skeleton } from '../ui/states.js';
import { Id, Money, Rate, Span, Time } from '../ui/values.js';
import { RESERVATION_OF, type Reservation } from './allocation.documents.js';
import { CancelDialog } from './cancel.dialog.js';
import { ChainOfTitle } from './chain-of-title.js';
import { ConnectPanel } from './connect.panel.js';
import { HoldPanel } from './hold.panel.js';
import { IdleRulePanel } from './idle-rule.panel.js';
import { ResellPanel } from './resell.panel.js';
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
            </div>
          </div>
          <History reservation={reservation} isHolder />
        </>
      )}
    </Loaded>
  );
}

function Actions({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const [open, setOpen] = useState<'transfer' | 'cancel' | null>(null);
  const pool = useQuery(POOL_FACTS, { poolId: reservation.poolId });
  const close = (): void => setOpen(null);
  const grid = pool.state === 'ready' ? (pool.data.pool?.grid ?? 'HOUR') : 'HOUR';
  return (
    <>
      {reservation.entitlement.length > 0 && (
        <button type="button" className="quiet" onClick={() => setOpen('transfer')}>Transfer…</button>
      )}
      {reservation.status === 'SCHEDULED' && (
        <button type="button" className="quiet" onClick={() => setOpen('cancel')}>Cancel…</button>
      )}
      {open === 'transfer' && <TransferDialog {...{ reservation, grid }} onClose={close} />}
      {open === 'cancel' && <CancelDialog reservation={reservation} onClose={close} />}
    </>
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
