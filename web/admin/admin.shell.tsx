import type { ReactNode } from 'react';
import { paymentMode } from '../billing/payment-mode.js';
import type { Viewer } from '../identity/identity.documents.js';
import { Page } from '../ui/page.js';
import { NoPermission } from '../ui/states.js';
import { SubNav, type SubPage } from '../ui/sub-nav.js';

/** There only while the stand-in for Stripe answers. */
export const STAND_IN_PAGE = { path: '/app/admin/stand-in', name: 'Stand-in (TEST)' } as const;

const PAGES: readonly SubPage[] = [
  { path: '/app/admin', name: 'Organizations' },
  { path: '/app/admin/evidence', name: 'Evidence' },
  { path: '/app/admin/jobs', name: 'Jobs' },
  { path: '/app/admin/payments', name: 'Payments' },
  { path: '/app/admin/invoices', name: 'Invoices' },
  { path: '/app/admin/profile', name: 'Exchange profile' },
  STAND_IN_PAGE,
  { path: '/app/admin/verify', name: 'Verify' },
  { path: '/app/admin/audit', name: 'Audit log' },
];

const pagesNow = (): readonly SubPage[] => PAGES.filter((page) => page !== STAND_IN_PAGE || paymentMode() === 'simulated');

/** A page for those who run the exchange. */
export function AdminShell({
  viewer,
  title,
  lead,
  actions,
  children,
}: {
  readonly viewer: Viewer;
  readonly title: string;
  readonly lead: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  if (!viewer.isPlatformAdmin) {
    return <Page title={title}><NoPermission>This is for those who run the exchange.</NoPermission></Page>;
  }
  return (
    <Page title={title} lead={lead} {...(actions === undefined ? {} : { actions })}>
      <SubNav label="Administration" pages={pagesNow()} />
      {children}
    </Page>
  );
}
