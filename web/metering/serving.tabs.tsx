import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { Link, usePath } from '../ui/router.js';

const PAGES = [
  ['/app/serving', 'Live'],
  ['/app/serving/usage', 'Usage'],
  ['/app/serving/requests', 'Requests'],
  ['/app/serving/routing', 'Routing'],
  ['/app/serving/keys', 'Keys'],
  ['/app/serving/credits', 'Credits and disputes'],
  ['/app/pilots', 'Pilots'],
] as const;

/** All that concerns the traffic of one organization, page by page. */
export function ServingTabs(): ReactNode {
  const path = usePath();
  const list = useRef<HTMLElement>(null);
  // Where there is no room for all of them, the one that is on show is.
  useLayoutEffect(() => {
    const here = list.current?.querySelector<HTMLElement>('[data-active]');
    if (list.current !== null && here !== null && here !== undefined) list.current.scrollLeft = here.offsetLeft - list.current.clientWidth / 2;
  }, [path]);
  return (
    <nav ref={list} className="tab-list sub-pages" aria-label="Serving">
      {PAGES.map(([to, title]) => {
        const isHere = path === to || (to !== '/app/serving' && path.startsWith(`${to}/`));
        return <Link key={to} to={to} className="tab" data-active={isHere || undefined}>{title}</Link>;
      })}
    </nav>
  );
}
