import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect, useState, type ReactNode } from 'react';
import { localTime, shortLocalTime } from './format.js';
import { LOCAL_TIMES, usePreference } from './preference.js';
import { usePath } from './router.js';

/** What is told of in the reader's own zone: a window of two instants, an instant, or an hour of a calendar; a day has no hour. */
const TOLD = ['.span', 'time[datetime*=T]', '[data-told]'] as const;
const CARD = 'local-time';
/** Long enough to pass over a time without a card, and to get from a time to its card. */
const LATER_MS = 150;
/** There the keyboard has places already, or there are hundreds of rows: a time among them is none of its own. */
const HAS_PLACES = 'table, a, button, label, summary, .clock';

/** Given to a time as its `ref`: the keyboard comes to it where it stands for itself. */
export function withPlace(element: HTMLElement | null): void {
  if (element !== null && element.closest(HAS_PLACES) === null) element.tabIndex = 0;
}

/** Beside UTC, for whoever wants it there at all times. */
export function LocalBeside({ at }: { readonly at: string }): ReactNode {
  return usePreference(LOCAL_TIMES) && <span className="local-beside">{` ${shortLocalTime(at)}`}</span>;
}

/**
 * A time in the zone of who points at it, comes to it by keyboard or touches it. Stands once beside the pages and
 * listens for all of them: a list has hundreds of times.
 */
export function LocalTimeCard(): ReactNode {
  // On another page nothing is told of yet.
  return <Card key={usePath()} />;
}

function Card(): ReactNode {
  const [told, tell] = useState<Element | null>(null);
  useEffect(() => follow(tell), []);
  useEffect(() => {
    told?.setAttribute('aria-describedby', CARD);
    return () => told?.removeAttribute('aria-describedby');
  }, [told]);
  if (told === null) return null;
  return (
    <Tooltip.Root open>
      {/* What is behind a dialog is out of reach, and so would be a card beside the pages. */}
      <Tooltip.Portal container={told.closest<HTMLElement>('dialog') ?? document.body}>
        <Tooltip.Positioner anchor={told} positionMethod="fixed" sideOffset={6}>
          <Tooltip.Popup id={CARD} role="tooltip" className="preview local-time">
            {told instanceof HTMLElement && told.dataset['told'] !== undefined && <span className="told">{told.dataset['told']}</span>}
            <span className="quiet-note">Where you are</span>
            {instantsOf(told).map(localTime).join(' – ')}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** For a cell of a calendar, which has no room for what it means: said in full where one points, with the hour in one's own zone. */
export function hourTold(at: number, text = ''): { readonly 'data-at': string; readonly 'data-told': string } {
  const hour = new Date(at).toISOString();
  return { 'data-at': hour, 'data-told': `${hour.slice(0, 16).replace('T', ' ')} UTC${text === '' ? '' : `: ${text}`}` };
}

function instantsOf(told: Element): readonly string[] {
  const hour = told instanceof HTMLElement ? told.dataset['at'] : undefined;
  if (hour !== undefined) return [hour];
  const times = told instanceof HTMLTimeElement ? [told] : [...told.querySelectorAll('time')];
  return times.map(({ dateTime }) => dateTime);
}

function follow(tell: (told: Element | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: Element | null = null;
  let wanted: Element | null = null;
  const now = (next: Element | null): void => {
    clearTimeout(timer);
    shown = next;
    wanted = next;
    tell(next);
  };
  const later = (next: Element | null): void => {
    if (next === wanted) return;
    clearTimeout(timer);
    wanted = next;
    timer = setTimeout(now, LATER_MS, next);
  };
  const toldAt = ({ target }: Event): Element | null => (target instanceof Element ? (TOLD.map((told) => target.closest(told)).find((told) => told !== null) ?? null) : null);
  const isCard = ({ target }: Event): boolean => target instanceof Element && target.closest(`#${CARD}`) !== null;
  const listeners = {
    pointermove: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') later(isCard(event) ? shown : toldAt(event));
    },
    pointerup: (event: PointerEvent) => {
      if (event.pointerType === 'touch' && !isCard(event)) now(toldAt(event));
    },
    // Of a touch the focus moves last, to what is around the time, when that is told of already.
    focusin: (event: FocusEvent) => {
      if (toldAt(event) !== null) now(toldAt(event));
    },
    focusout: (event: FocusEvent) => {
      if (toldAt(event) === shown) now(null);
    },
    keydown: (event: KeyboardEvent) => {
      if (event.key === 'Escape') now(null);
    },
  };
  const each = Object.entries(listeners) as [string, (event: Event) => void][];
  for (const [name, listener] of each) document.addEventListener(name, listener);
  return () => {
    clearTimeout(timer);
    for (const [name, listener] of each) document.removeEventListener(name, listener);
  };
}
