import type { ReactNode } from 'react';
import { SubNav } from '../ui/sub-nav.js';

const PAGES = [
  { path: '/docs', name: 'Quick start' },
  { path: '/docs/explorer', name: 'GraphQL explorer' },
] as const;

export function DocsNav(): ReactNode {
  return <SubNav label="Documentation" pages={PAGES} />;
}
