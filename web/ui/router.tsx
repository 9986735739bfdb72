import type { AnchorHTMLAttributes, ReactNode } from 'react';
import { Link as Anchor, useLocation, useSearchParams } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

export { useSearchParams };

export function usePath(): string {
  return useLocation()[0];
}

/** Goes to another page of ours without loading anything. */
export function goTo(path: string): void {
  navigate(path);
  scrollTo(0, 0);
}

/** What is worth fetching before somebody follows a link; the shell says. */
let prepare: (path: string) => void = () => undefined;

export function onLinkNear(listener: (path: string) => void): void {
  prepare = listener;
}

/** A link that stays in the page, unless it is asked to open elsewhere. */
export function Link({
  to,
  isExact = false,
  children,
  ...anchor
}: {
  readonly to: string;
  /** Pages below it are pages of their own. */
  readonly isExact?: boolean;
} & AnchorHTMLAttributes<HTMLAnchorElement>): ReactNode {
  const path = usePath();
  return (
    <Anchor
      {...anchor}
      href={to}
      onPointerEnter={() => prepare(to)}
      onFocus={() => prepare(to)}
      onClick={() => scrollTo(0, 0)}
      aria-current={currentness(path, to, isExact)}
    >
      {children}
    </Anchor>
  );
}

/** On the page itself, or on one that lies below it. */
function currentness(path: string, to: string, isExact: boolean): 'page' | 'true' | undefined {
  const [target = ''] = to.split(/[?#]/, 1);
  if (path === target) return 'page';
  return target !== '/' && !isExact && path.startsWith(`${target}/`) ? 'true' : undefined;
}
