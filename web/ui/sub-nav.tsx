import type { ReactNode } from 'react';
import { Link } from './router.js';

export interface SubPage {
  readonly path: string;
  readonly name: string;
}

/** Pages that belong together, the first of them above the others. */
export function SubNav({ label, pages }: { readonly label: string; readonly pages: readonly SubPage[] }): ReactNode {
  return (
    <nav aria-label={label} className="sub-nav">
      {pages.map(({ path, name }, index) => (
        <Link key={path} to={path} isExact={index === 0}>{name}</Link>
      ))}
    </nav>
  );
}
