import { BookOpen } from 'lucide-react';
import { useContext, useEffect, useRef, type ReactNode } from 'react';
import { Explained } from './explained.context.js';
import { Link } from './router.js';

let isFirst = true;

/**
 * A page: its title goes into the tab, and its heading takes the focus when one comes to it from
 * another page. The first one leaves it to the browser, so that Tab begins at the top.
 */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  /** What can be done here, at the end of the heading's line. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const docs = useContext(Explained);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Headroom`;
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [title]);
  return (
    <>
      <header className="page-head">
        <div>
          <div className="page-title">
            <h1 ref={heading} tabIndex={-1}>{title}</h1>
            {docs !== null && <Link to={docs} className="docs-link" aria-label="Docs on this page" title="Docs on this page"><BookOpen aria-hidden /></Link>}
          </div>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}
