import type { ReactNode } from 'react';
import { Link, usePath } from '../ui/router.js';

const PAGES = [
  ['/app/serving', 'Live'],
  ['/app/serving/usage', 'Usage'],
  ['/app/serving/routing', 'Routing'],
  ['/app/serving/keys', 'Keys'],
  ['/app/serving/credits', 'Credits and disputes'],
  ['/app/pilots', 'Pilots'],
] as const;

/** All that concerns the traffic of one organization, page by page. */
export function ServingTabs(): ReactNode {
  const path = usePath();
  return (
    <nav className="tab-list sub-pages" aria-label="Serving">
      {PAGES.map(([to, title]) => {
        const isHere = path === to || (to !== '/app/serving' && path.startsWith(`${to}/`));
        return <Link key={to} to={to} className="tab" data-active={isHere || undefined}>{title}</Link>;
      })}
    </nav>
  );
}
