import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { mayBuy } from '../identity/permissions.js';
import { useSession } from '../identity/session.context.js';
import { Link, usePath } from '../ui/router.js';
import { endTour, useTour } from './tour.state.js';
import { STEPS, stepOf } from './tour.steps.js';

/**
 * From the market to a reservation, beside what one does and never over it: no dialog, nothing is blocked.
 * Escape puts it away while the focus is in it; it comes back from the account menu, the palette and the quick start.
 */
export function Tour(): ReactNode {
  const state = useTour();
  const session = useSession();
  const path = usePath();
  const box = useRef<HTMLElement>(null);
  const isAsked = state === 'on';
  useEffect(() => {
    // Whoever asked for it is taken there; whoever did not keeps the focus.
    if (isAsked) box.current?.focus();
  }, [isAsked]);
  if (state === 'over' || session.state === 'unknown') return null;
  const step = stepOf({ path, mayBuy: session.state === 'signed-in' ? mayBuy(session.viewer) : null });
  if (step === null) return null;
  const { number, title, text, go, or } = step;
  return (
    <section ref={box} className="tour" aria-labelledby="tour-title" tabIndex={-1} onKeyDown={({ key }) => key === 'Escape' && endTour()}>
      <header>
        <p className="tour-count">{`Step ${number} of ${STEPS}`}</p>
        <button type="button" className="icon-button" onClick={endTour} aria-label="End the tour"><X aria-hidden /></button>
      </header>
      <div aria-live="polite">
        <h2 id="tour-title">{title}</h2>
        <p>{text}</p>
      </div>
      <div className="buttons">
        {go !== undefined && <Link className="button" to={go.to}>{go.name}</Link>}
        {or !== undefined && <Link className="button quiet" to={or.to}>{or.name}</Link>}
        <button type="button" className="quiet" onClick={endTour}>{number === STEPS ? 'Done' : 'Not now'}</button>
      </div>
    </section>
  );
}
