import { Search } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';

const Palette = lazy(async () => ({ default: (await import('./palette.js')).Palette }));
const IS_APPLE = /mac|iphone|ipad/i.test(navigator.userAgent);

/** The way to everything by name. What is behind it comes when it is first opened. */
export function PaletteButton({
  isOpen,
  setOpen,
}: {
  readonly isOpen: boolean;
  readonly setOpen: (isOpen: boolean) => void;
}): ReactNode {
  return (
    <>
      <button type="button" className="palette-button" onClick={() => setOpen(true)}>
        <Search aria-hidden />
        <span>Go to or do…</span>
        <kbd>{IS_APPLE ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
