import type { Viewer } from './identity.documents.js';

// What is worth offering to whom. The exchange decides; this only keeps dead buttons off the page.

export const mayTrade = ({ role }: Viewer): boolean => role === 'OWNER' || role === 'TRADER';

export const mayKeepBooks = ({ role }: Viewer): boolean => role === 'OWNER' || role === 'FINANCE';

export const mayBuy = (viewer: Viewer): boolean => mayTrade(viewer) && viewer.organization.isBuyer;

export const mayProvide = (viewer: Viewer): boolean =>
  mayTrade(viewer) && viewer.organization.isProvider;

export const mayManage = ({ role }: Viewer): boolean => role === 'OWNER';
