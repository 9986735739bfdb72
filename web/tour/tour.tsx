import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { mayBuy } from '../identity/permissions.js';
import { useSession } from '../identity/session.context.js';
import { Link, usePath } from '../ui/router.js';
import { endTour, useTour } from './tour.state.js';
import { STEPS, stepOf, type TourStep } from './tour.steps.js';

/**
 * From the market to a reservation, beside what one does and never over it: in the page, or in a place of its own beside it.
 * Escape puts it away while the focus is in it; it comes back from the account menu, the palette and the quick start.
 */
export function Tour(): ReactNode {
  const state = useTour();
  const session = useSession();
  const path = usePath();
  const buys = session.state === 'signed-in' ? mayBuy(session.viewer) : null;
  useEffect(() => {
    // It has nothing to say to them, and keeps no room for it the next time.
    if (buys === false && state === 'new') endTour();
  }, [buys, state]);
  if (state === 'over') return null;
  // What is below does not move when it is known whom it speaks to.
  if (session.state === 'unknown') return <div className="tour-place" />;
  const step = stepOf({ path, mayBuy: buys });
  return step === null ? null : <StepCard step={step} isAsked={state === 'on'} />;
}

function StepCard({ step: { number, title, text, go, or }, isAsked }: { readonly step: TourStep; readonly isAsked: boolean }): ReactNode {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // Whoever asked for it is taken there; whoever did not keeps the focus.
    if (isAsked) box.current?.focus();
  }, [isAsked]);
  return (
    <section ref={box} className="tour" aria-labelledby="tour-title" tabIndex={-1} onKeyDown={({ key }) => key === 'Escape' && endTour()}>
      <header>
        <p className="tour-count">{`Step ${number} of ${STEPS}`}</p>
        <button type="button" className="icon-button" onClick={endTour} aria-label="End the tour"><X aria-hidden /></button>
      </header>
      <div aria-live="polite">
        <p id="tour-title" className="tour-title">{title}</p>
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
