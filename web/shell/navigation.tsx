import { memo, useState, type ReactNode } from 'react';
import { Menu as MenuIcon } from 'lucide-react';
import { useViewer } from '../identity/session.context.js';
import { NAV_GROUPS } from '../routes.js';
import { Link, usePath } from '../ui/router.js';
import { pagesFor } from './pages-for.js';

/** All pages by group: beside the page, or behind a button where there is no room. */
export function Navigation(): ReactNode {
  const path = usePath();
  // Open on the page where it was opened; going to another closes it.
  const [openAt, setOpenAt] = useState<string | null>(null);
  const isOpen = openAt === path;
  return (
    <>
      <button
        type="button"
        className="icon-button menu-button"
        aria-expanded={isOpen}
        aria-controls="pages"
        onClick={() => setOpenAt(isOpen ? null : path)}
      >
        <MenuIcon aria-hidden />
        <span className="visually-hidden">Pages</span>
      </button>
      <nav id="pages" aria-label="Pages" className="side" data-open={isOpen}>
        <Pages />
      </nav>
    </>
  );
}

/** Whose they are decides what they are, not where one is: a link knows that by itself. */
const Pages = memo(function Pages(): ReactNode {
  const viewer = useViewer();
  const pages = pagesFor(viewer);
  return NAV_GROUPS.map((group) => {
    const own = pages.filter(({ nav }) => nav.group === group);
    if (own.length === 0) return null;
    return (
      <div key={group} className="side-group">
        <p className="side-title" aria-hidden>{group}</p>
        <ul>
          {own.map(({ path, title, nav: { icon: Icon } }) => (
            <li key={path}>
              <Link to={path}>
                <Icon aria-hidden />
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    );
  });
});
