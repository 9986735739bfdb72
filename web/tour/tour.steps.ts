/** Whom the tour speaks to: by what they may do here. */
export type Guest = 'stranger' | 'buyer' | 'provider' | 'bookkeeper' | 'reader';

/** Where somebody is, as far as the tour needs to know. */
export interface Whereabouts {
  readonly path: string;
  readonly guest: Guest;
}

export interface TourStep {
  /** Its place among the steps, from 1. */
  readonly number: number;
  /** How many steps there are for this guest. */
  readonly of: number;
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

/** What to do next, from where one is: the tour follows whoever goes their own way. Everybody has a step, so its place never closes by itself. */
export function stepOf({ path, guest }: Whereabouts): TourStep {
  switch (guest) {
    case 'stranger':
      return enter(path);
    case 'buyer':
      return buying(path);
    case 'provider':
      return providing(path);
    case 'bookkeeper':
      return keepingBooks(path);
    case 'reader':
      return reading(path);
  }
}

function enter(path: string): TourStep {
  const step = {
    ...{ number: 1, of: 4, title: 'Come in' },
    text: 'A market to try: sign up with any e-mail address, or sign in with the demo login that npm start printed. Payments marked TEST charge nobody.',
  };
  return path === '/app/sign-up' || path === '/app/sign-in' ? step : { ...step, go: { to: '/app/sign-up', name: 'Sign up' }, or: { to: '/app/sign-in', name: 'Sign in' } };
}

const MARKET: TourStep = {
  ...{ number: 2, of: 4, title: 'Choose an offer' },
  text: 'Each row is a slice of what a provider can serve: tokens per second of one model, over a window, under a latency promise. Filter by what you need, and press Reserve on the row that fits.',
};

function buying(path: string): TourStep {
  if (path === '/') return MARKET;
  if (path.startsWith('/app/reserve/')) {
    return {
      ...{ number: 3, of: 4, title: 'Say how much, and when' },
      text: 'Draw a window on the calendar or type it. Cost, cancellation, resale and the promise are beside it. Reserve sets it aside for 15 minutes; nothing is charged yet.',
    };
  }
  if (path.startsWith('/app/capacity/')) {
    return {
      ...{ number: 4, of: 4, title: 'Pay, then call it' },
      text: 'While it is held: top up with a TEST card if money is missing, and pay. It is yours then. Make a key, and the snippet on this page sends the first request; what you do not need can be resold here.',
    };
  }
  return { ...MARKET, go: { to: '/', name: 'To the market' } };
}

const REGISTER: TourStep = {
  ...{ number: 2, of: 4, title: 'Register a pool' },
  text: 'A pool is what you can serve of one model: tokens per second, an endpoint, a promise and terms. Nothing is on sale yet.',
};

function providing(path: string): TourStep {
  if (path === '/app/pools/register') return REGISTER;
  if (path.startsWith('/app/pools/')) {
    return {
      ...{ number: 3, of: 4, title: 'List some of it' },
      text: 'Choose a window, how much, and a price or an auction. What is sold, offered and free stands in the calendar of the pool.',
      go: { to: '/app/provided', name: 'What it earns' },
    };
  }
  if (path === '/app/provided') {
    return {
      ...{ number: 4, of: 4, title: 'See what it earns' },
      text: 'A price waits in escrow and is yours hour by hour as it is served; hours that missed the promise pay a credit. Payouts are under Finance.',
    };
  }
  return { ...REGISTER, go: { to: '/app/pools/register', name: 'Register a pool' } };
}

const FINANCE = '/app/finance';

function keepingBooks(path: string): TourStep {
  const step = {
    ...{ number: 2, of: 2, title: 'Follow the money' },
    text: 'Balance, ledger, invoices with their evidence, exports and budgets are under Finance. Owners and traders buy and list.',
  };
  return path.startsWith(FINANCE) ? step : { ...step, go: { to: FINANCE, name: 'To Finance' } };
}

function reading(path: string): TourStep {
  const step = {
    ...{ number: 2, of: 2, title: 'Look around' },
    text: 'See what your organization holds, serves and pays. Owners and traders buy and list; an owner gives roles.',
  };
  return path === '/' ? step : { ...step, go: { to: '/', name: 'To the market' } };
}
