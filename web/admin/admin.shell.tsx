import type { ReactNode } from 'react';
import type { Viewer } from '../identity/identity.documents.js';
import { Page } from '../ui/page.js';
import { NoPermission } from '../ui/states.js';
import { SubNav } from '../ui/sub-nav.js';

const PAGES = [
  { path: '/app/admin', name: 'Organizations' },
  { path: '/app/admin/evidence', name: 'Evidence' },
  { path: '/app/admin/jobs', name: 'Jobs' },
  { path: '/app/admin/payments', name: 'Payments' },
  { path: '/app/admin/invoices', name: 'Invoices' },
  { path: '/app/admin/profile', name: 'Exchange profile' },
  { path: '/app/admin/verify', name: 'Verify' },
  { path: '/app/admin/audit', name: 'Audit log' },
] as const;

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
      <SubNav label="Administration" pages={PAGES} />
      {children}
    </Page>
  );
}
