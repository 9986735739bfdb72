import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayKeepBooks } from '../identity/permissions.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { WALLET } from './billing.documents.js';
import { TopUpForm } from './top-up.form.js';
import { TopUpSection } from './top-up.section.js';
import { WalletFigures } from './wallet.figures.js';

const NOTHING = {};

/** What the organization has here, and where it came from and went. */
export function WalletPage({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const query = useQuery(WALLET, NOTHING);
  return (
    <Page title="Wallet" lead={<span>Where the money came from and went is under <Link to="/app/finance">Finance</Link>.</span>}>
      <Loaded query={query}>
        {({ wallet }) => (
          <>
            <WalletFigures wallet={wallet} />
            {mayKeepBooks(viewer) ? <Payments /> : <p>Top-ups are for owners and finance. What you may spend, and what you asked for, is under <Link to="/app/finance/limits">Limits and approvals</Link>.</p>}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Payments(): ReactNode {
  return (
    <>
      <TopUpForm />
      <TopUpSection />
    </>
  );
}
