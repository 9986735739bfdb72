import { X } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Viewer } from '../identity/identity.documents.js';
import { mayBuy, mayKeepBooks, mayProvide } from '../identity/permissions.js';
import { useSession } from '../identity/session.context.js';
import { Link, usePath } from '../ui/router.js';
import { endTour, useTour } from './tour.state.js';
import { stepOf, type Guest, type TourStep } from './tour.steps.js';

/**
 * The first steps here, for whoever one is: beside what one does and never over it: in the page, or in a place of its own beside it.
 * Escape puts it away while the focus is in it; it comes back from the account menu, the palette and the quick start.
 */
export function Tour(): ReactNode {
  const state = useTour();
  const session = useSession();
  const path = usePath();
  if (state === 'over') return null;
  // What is below does not move when it is known whom it speaks to.
  if (session.state === 'unknown') return <div className="tour-place" />;
  const guest = session.state === 'signed-in' ? guestOf(session.viewer) : 'stranger';
  return <StepCard step={stepOf({ path, guest })} isAsked={state === 'on'} />;
}

/** By the first thing that they may do. */
function guestOf(viewer: Viewer): Guest {
  if (mayBuy(viewer)) return 'buyer';
  if (mayProvide(viewer)) return 'provider';
  return mayKeepBooks(viewer) ? 'bookkeeper' : 'reader';
}

function StepCard({ step: { number, of, title, text, go, or }, isAsked }: { readonly step: TourStep; readonly isAsked: boolean }): ReactNode {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // Whoever asked for it is taken there; whoever did not keeps the focus.
    if (isAsked) box.current?.focus();
  }, [isAsked]);
  return (
    <section ref={box} className="tour" aria-labelledby="tour-title" tabIndex={-1} onKeyDown={({ key }) => key === 'Escape' && endTour()}>
      <header>
        <p className="tour-count">{`Step ${number} of ${of}`}</p>
        <button type="button" className="icon-button" onClick={endTour} aria-label="End the tour"><X aria-hidden /></button>
      </header>
      <div aria-live="polite">
        <p id="tour-title" className="tour-title">{title}</p>
        <p>{text}</p>
      </div>
      <div className="buttons">
        {go !== undefined && <Link className="button" to={go.to}>{go.name}</Link>}
        {or !== undefined && <Link className="button quiet" to={or.to}>{or.name}</Link>}
        <button type="button" className="quiet" onClick={endTour}>{number === of ? 'Done' : 'Not now'}</button>
      </div>
    </section>
  );
}
