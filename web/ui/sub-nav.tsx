import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { Link, usePath } from './router.js';

export interface SubPage {
  readonly path: string;
  readonly name: string;
}

function centre(bar: HTMLElement): void {
  const current = bar.querySelector<HTMLElement>('[aria-current]');
  if (current !== null) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
}

/** Pages that belong together, the first of them above the others. Where they do not fit side by side, the one that is open is in view. */
export function SubNav({ label, pages }: { readonly label: string; readonly pages: readonly SubPage[] }): ReactNode {
  const bar = useRef<HTMLElement>(null);
  const path = usePath();
  useLayoutEffect(() => {
    const shown = bar.current;
    if (shown === null) return undefined;
    // Whenever there is another width for it: a telephone is turned, a window made smaller.
    const watch = new ResizeObserver(() => centre(shown));
    watch.observe(shown);
    centre(shown);
    return () => watch.disconnect();
  }, [path]);
  return (
    <nav ref={bar} aria-label={label} className="sub-nav">
      {pages.map(({ path, name }, index) => (
        <Link key={path} to={path} isExact={index === 0}>{name}</Link>
      ))}
    </nav>
  );
}
