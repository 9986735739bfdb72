import type { ReactNode } from 'react';
import { Page } from '../ui/page.js';
import { SubNav } from '../ui/sub-nav.js';
import type { Viewer } from './identity.documents.js';
import { mayKeepBooks, mayManage } from './permissions.js';

/** A page of the settings; those that a role has nothing to do with are not offered. */
export function SettingsShell({
  viewer,
  title,
  lead,
  children,
}: {
  readonly viewer: Viewer;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const pages = [
    { path: '/app/settings', name: 'People' },
    ...(mayManage(viewer) ? [{ path: '/app/settings/keys', name: 'API keys' }] : []),
    { path: '/app/settings/teams', name: 'Teams' },
    { path: '/app/settings/webhooks', name: 'Webhooks and e-mail' },
    { path: '/app/settings/security', name: 'Sessions and password' },
    ...(mayKeepBooks(viewer) ? [{ path: '/app/settings/audit', name: 'Audit trail' }] : []),
  ];
  return (
    <Page title={title} {...(lead === undefined ? {} : { lead })}>
      <SubNav label="Settings" pages={pages} />
      {children}
    </Page>
  );
}
