import { X } from 'lucide-react';
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';

/** Whoever opens a form wants to type, and not to close it: its first field, unless it names another place to begin. */
const FIELDS = 'input:not([type=hidden]), select, textarea';

/** A modal dialog: the browser's own, with its focus, Escape and everything behind it inert. */
export function Dialog({
  title,
  onClose,
  className = '',
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before it leaves the page: only a dialog in the page gives the focus back to where it was.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    const begin = shown?.querySelector<HTMLElement>('[data-begin]') ?? shown?.querySelector<HTMLElement>(FIELDS);
    begin?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={heading} className={className} onCancel={onClose}>
      <div className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="icon-button" onClick={onClose} aria-label="Close"><X aria-hidden /></button>
      </div>
      {children}
    </dialog>
  );
}
