import {
  useCallback,
  useSyncExternalStore,
  type AnchorHTMLAttributes,
  type MouseEvent,
  type ReactNode,
} from 'react';

const MOVED = 'headroom:moved';

function watch(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(MOVED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(MOVED, listener);
  };
}

export function usePath(): string {
  return useSyncExternalStore(watch, () => location.pathname);
}

/** Goes to another page of ours without loading anything. */
export function goTo(path: string): void {
  if (path !== location.pathname) history.pushState(null, '', path);
  dispatchEvent(new Event(MOVED));
  scrollTo(0, 0);
}

/** A link that stays in the page, unless it is asked to open elsewhere. */
export function Link({
  to,
  children,
  ...anchor
}: { readonly to: string } & AnchorHTMLAttributes<HTMLAnchorElement>): ReactNode {
  const path = usePath();
  const follow = useCallback(
    (event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      goTo(to);
    },
    [to],
  );
  return (
    <a {...anchor} href={to} onClick={follow} aria-current={currentness(path, to)}>
      {children}
    </a>
  );
}

/** On the page itself, or on one that lies below it. */
function currentness(path: string, to: string): 'page' | 'true' | undefined {
  if (path === to) return 'page';
  return to !== '/' && path.startsWith(`${to}/`) ? 'true' : undefined;
}
