import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { Link, usePath } from './router.js';

export interface SubPage {
  readonly path: string;
  readonly name: string;
}

/** Pages that belong together, the first of them above the others. Where they do not fit side by side, the one that is open is in view. */
export function SubNav({ label, pages }: { readonly label: string; readonly pages: readonly SubPage[] }): ReactNode {
  const bar = useRef<HTMLElement>(null);
  const path = usePath();
  useLayoutEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>('[aria-current]');
    if (bar.current === null || current === null || current === undefined) return;
    bar.current.scrollLeft = current.offsetLeft - (bar.current.clientWidth - current.offsetWidth) / 2;
  }, [path]);
  return (
    <nav ref={bar} aria-label={label} className="sub-nav">
      {pages.map(({ path, name }, index) => (
        <Link key={path} to={path} isExact={index === 0}>{name}</Link>
      ))}
    </nav>
  );
}
