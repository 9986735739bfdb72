import { useEffect } from 'react';
import { useViewer } from '../identity/session.context.js';
import { SINGLE_KEYS } from '../ui/preference.js';
import { goTo } from '../ui/router.js';
import { pagesFor } from './pages-for.js';

const TOGETHER_MS = 1_200;

/** Ctrl or ⌘ with K opens the palette; G and a letter goes to a page; / goes to the first filter. Those without Ctrl can be turned off. */
export function useShortcuts(openPalette: () => void): void {
  const viewer = useViewer();
  useEffect(() => {
    let wentAt = 0;
    const pressAlone = (event: KeyboardEvent): void => {
      const isSecond = event.timeStamp - wentAt < TOGETHER_MS;
      wentAt = event.key === 'g' ? event.timeStamp : 0;
      if (event.key === '/') focusFilter(event);
      const page = isSecond ? pagesFor(viewer).find(({ nav }) => nav.key === event.key) : undefined;
      if (page !== undefined) goTo(page.path);
    };
    const press = (event: KeyboardEvent): void => {
      const isCommand = event.metaKey || event.ctrlKey;
      if (isCommand && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
      } else if (SINGLE_KEYS.get() && !isCommand && !event.altKey && !isTyping(event)) {
        pressAlone(event);
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [viewer, openPalette]);
}

/** Of an editor in a shadow root the event names the place of the root only; the path names the editor. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable=true], [role=dialog], dialog') !== null;
}

function focusFilter(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>('search input, search select');
  if (field === null) return;
  event.preventDefault();
  field.focus();
}
