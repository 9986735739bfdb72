import type { ReactNode } from 'react';
import type { Viewer } from '../identity/identity.documents.js';
import { mayKeepBooks } from '../identity/permissions.js';
import { Page } from '../ui/page.js';
import { NoPermission } from '../ui/states.js';
import { SubNav } from '../ui/sub-nav.js';

const PAGES = [
  { path: '/app/finance', name: 'Overview' },
  { path: '/app/finance/invoices', name: 'Invoices' },
  { path: '/app/finance/ledger', name: 'Ledger' },
  { path: '/app/finance/payment-methods', name: 'Payment methods' },
  { path: '/app/finance/payouts', name: 'Payouts' },
  { path: '/app/finance/limits', name: 'Limits and approvals' },
  { path: '/app/finance/exports', name: 'Exports' },
  { path: '/app/finance/profile', name: 'Billing profile' },
] as const;

/** A page of the finance pages: for whoever keeps the books of an organization. */
export function FinanceShell({
  viewer,
  title,
  lead,
  actions,
  children,
}: {
  readonly viewer: Viewer;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  if (!mayKeepBooks(viewer)) {
    return (
      <Page title={title}>
        <NoPermission>Invoices, the ledger and exports are for owners and finance.</NoPermission>
      </Page>
    );
  }
  return (
    <Page title={title} {...(lead === undefined ? {} : { lead })} {...(actions === undefined ? {} : { actions })}>
      <SubNav label="Finance" pages={PAGES} />
      {children}
    </Page>
  );
}
