import { Choice, useChoice } from '../ui/choice.js';

/** `new`: nobody has said anything yet; `on`: somebody asked for it. Only that it is over is kept. */
type TourState = 'new' | 'on' | 'over';

const TOUR = new Choice<TourState>('headroom-tour', 'new', ['over']);

/** From its first step, whenever somebody wants it. */
export const startTour = (): void => TOUR.set('on');

export const endTour = (): void => TOUR.set('over');

export const useTour = (): TourState => useChoice(TOUR);
