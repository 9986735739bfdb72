import type { Calendar } from '../../src/allocation/model/availability.js';
import { DAY_MS, floorToGrid, HOUR_MS, MINUTE_MS, plus, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import type { OpenListing } from './live.js';
import type { SeededRandom } from './random.js';

/** What a stranger wants to see of a book. */
export interface ReadWish {
  readonly window: Window;
  readonly calendar: Calendar;
}

const HOURS_MOST = 8;
const STEPS_MOST = 30;

/** Often hours that are offered, seldom such as nobody sells, and a calendar that begins before now or later. */
export function readWish(random: SeededRandom, listings: Iterable<OpenListing>, now: Instant): ReadWish {
  const ask = random.chance(85) ? random.pickAny(listings) : null;
  const step = random.chance(75) ? HOUR_MS : DAY_MS;
  const from = plus(floorToGrid(now, step), step * random.integer(-2, 6));
  return { window: windowNear(random, ask, now), calendar: { from, step, count: random.integer(1, STEPS_MOST) } };
}

function windowNear(random: SeededRandom, ask: OpenListing | null, now: Instant): Window {
  const [start, end] = [ask?.window.start ?? now, ask?.window.end ?? now] as [Instant, Instant];
  if (ask !== null && random.chance(30)) return { start, end };
  const first = floorToGrid(Math.max(start, now) as Instant, random.chance(95) ? HOUR_MS : MINUTE_MS);
  const from = plus(first, HOUR_MS * random.integer(0, 3));
  return { start: from, end: plus(from, HOUR_MS * random.integer(1, HOURS_MOST)) };
}
