import type { ReactNode } from 'react';
import { assertNever } from '../src/kernel/assert.js';
import { ListCapacity } from './allocation/list-capacity.dialog.js';
import { MarketPage } from './allocation/market.page.js';
import { ReservationsPage } from './allocation/reservations.page.js';
import { useIsReachable } from './api/connection.js';
import { WalletPage } from './billing/wallet.page.js';
import type { Viewer } from './identity/identity.documents.js';
import { mayProvide } from './identity/permissions.js';
import { signOut, useSession } from './identity/session.context.js';
import { SignInForm, SignInPage } from './identity/sign-in.page.js';
import { SignUpPage } from './identity/sign-up.page.js';
import { Clock } from './platform/clock.js';
import { PoolsPage } from './providers/pools.page.js';
import { RegisterPoolPage } from './providers/register-pool.page.js';
import { Page } from './ui/page.js';
import { Link, usePath } from './ui/router.js';

export function App(): ReactNode {
  const path = usePath();
  const isReachable = useIsReachable();
  return (
    <>
      <a className="skip" href="#content">Skip to content</a>
      <header className="top">
        <Link to="/" className="brand">Headroom</Link>
        <Navigation />
        <Clock />
        <Account />
      </header>
      <div role="status">
        {!isReachable && (
          <p className="offline">The exchange does not answer. What you see may be old.</p>
        )}
      </div>
      <main id="content" tabIndex={-1}>
        <CurrentPage key={path} path={path} />
      </main>
    </>
  );
}

function Navigation(): ReactNode {
  const session = useSession();
  return (
    <nav aria-label="Pages">
      <Link to="/">Market</Link>
      {session.state === 'signed-in' && (
        <>
          <Link to="/app/reservations">Reservations</Link>
          <Link to="/app/wallet">Wallet</Link>
          {session.viewer.organization.isProvider && <Link to="/app/pools">Pools</Link>}
        </>
      )}
    </nav>
  );
}

function Account(): ReactNode {
  const session = useSession();
  switch (session.state) {
    case 'unknown':
      return null;
    case 'signed-out':
      return (
        <div className="account">
          <Link to="/app/sign-in">Sign in</Link>
          <Link to="/app/sign-up">Sign up</Link>
        </div>
      );
    case 'signed-in':
      return (
        <div className="account">
          <span>{session.viewer.organization.name}</span>
          <button type="button" className="quiet" onClick={() => void signOut()}>Sign out</button>
        </div>
      );
    default:
      return assertNever(session);
  }
}

function CurrentPage({ path }: { readonly path: string }): ReactNode {
  switch (path.replace(/\/$/, '')) {
    case '':
    case '/app':
      return <MarketPage />;
    case '/app/sign-in':
      return <SignInPage />;
    case '/app/sign-up':
      return <SignUpPage />;
    case '/app/reservations':
      return <ForMembers title="Reservations">{() => <ReservationsPage />}</ForMembers>;
    case '/app/wallet':
      return <ForMembers title="Wallet">{(viewer) => <WalletPage viewer={viewer} />}</ForMembers>;
    case '/app/pools':
      return <ForMembers title="Pools">{(viewer) => <Pools viewer={viewer} />}</ForMembers>;
    case '/app/pools/register':
      return <ForMembers title="Register a pool">{(viewer) => (mayProvide(viewer) ? <RegisterPoolPage /> : <Pools viewer={viewer} />)}</ForMembers>;
    default:
      return (
        <Page title="No such page">
          <p>Nothing is at this address. <Link to="/">Go to the market</Link>.</p>
        </Page>
      );
  }
}

function Pools({ viewer }: { readonly viewer: Viewer }): ReactNode {
  return <PoolsPage viewer={viewer} actionsOf={(pool) => <ListCapacity pool={pool} />} />;
}

/** A page that needs a session; without one, the way to get one stands in its place. */
function ForMembers({
  title,
  children,
}: {
  readonly title: string;
  readonly children: (viewer: Viewer) => ReactNode;
}): ReactNode {
  const session = useSession();
  switch (session.state) {
    case 'unknown':
      return <p className="quiet-note" aria-busy="true">Loading…</p>;
    case 'signed-out':
      return (
        <Page title={title} lead={<>Sign in to see this, or <Link to="/app/sign-up">sign up</Link>.</>}>
          <SignInForm />
        </Page>
      );
    case 'signed-in':
      return children(session.viewer);
    default:
      return assertNever(session);
  }
}
