import { useLayoutEffect, useRef, type ReactNode } from 'react';

/**
 * Something whose place is a figure: a share of the width from the left. Set by script, since the page's policy
 * allows no style in the page.
 */
export function Placed({
  left,
  width,
  className,
  title,
  children,
}: {
  /** From 0 to 1. */
  readonly left: number;
  readonly width?: number;
  readonly className: string;
  readonly title?: string;
  readonly children?: ReactNode;
}): ReactNode {
  const element = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (element.current === null) return;
    element.current.style.left = `${left * 100}%`;
    if (width !== undefined) element.current.style.width = `${width * 100}%`;
  }, [left, width]);
  return <span ref={element} className={className} title={title}>{children}</span>;
}
