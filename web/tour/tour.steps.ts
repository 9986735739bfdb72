/** Where somebody is, as far as the tour needs to know. */
export interface Whereabouts {
  readonly path: string;
  /** Null: not signed in; false: signed in for somebody who does not buy. */
  readonly mayBuy: boolean | null;
}

export interface TourStep {
  /** Its place among the steps, from 1. */
  readonly number: number;
  readonly title: string;
  readonly text: string;
  /** Where one goes on, when that is not where one is. */
  readonly go?: Door;
  /** Another way on. */
  readonly or?: Door;
}

interface Door {
  readonly to: string;
  readonly name: string;
}

export const STEPS = 4;

const MARKET: TourStep = {
  number: 2,
  title: 'Choose an offer',
  text: 'Each row is a slice of what a provider can serve: tokens per second of one model, over a window, under a latency promise. Filter by what you need, and press Reserve on the row that fits.',
};

/** What to do next, from where one is: the tour follows whoever goes their own way. */
export function stepOf({ path, mayBuy }: Whereabouts): TourStep | null {
  if (mayBuy === null) return enter(path);
  if (!mayBuy) return null;
  if (path === '/') return MARKET;
  if (path.startsWith('/app/reserve/')) {
    return {
      number: 3,
      title: 'Say how much, and when',
      text: 'Draw a window on the calendar or type it. Cost, cancellation, resale and the promise are beside it. Reserve sets it aside for 15 minutes; nothing is charged yet.',
    };
  }
  if (path.startsWith('/app/capacity/')) {
    return {
      number: 4,
      title: 'Pay, then call it',
      text: 'While it is held: top up with a TEST card if money is missing, and pay. It is yours then. Make a key, and the snippet on this page sends the first request; what you do not need can be resold here.',
    };
  }
  return { ...MARKET, go: { to: '/', name: 'To the market' } };
}

function enter(path: string): TourStep {
  const step = {
    number: 1,
    title: 'Come in',
    text: 'This exchange has a market to try: sign up with any e-mail address, or sign in with the demo login that npm start printed. Payments are marked TEST where nobody is charged.',
  };
  return path === '/app/sign-up' || path === '/app/sign-in' ? step : { ...step, go: { to: '/app/sign-up', name: 'Sign up' }, or: { to: '/app/sign-in', name: 'Sign in' } };
}
