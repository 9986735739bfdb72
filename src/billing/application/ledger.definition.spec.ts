import { reservation, splitOf, usd } from '../../../test/support/ledger.js';
import { hour, hours } from '../../../test/support/market.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import { ledgerDefinition, nextSettlement } from './ledger.definition.js';

const QUARTER = (15 * MINUTE_MS) as Duration;
const quarters = (from: number, to: number): Window => ({
  start: plus(hour(0), from * QUARTER),
  end: plus(hour(0), to * QUARTER),
});

describe('delivery is looked at next', () => {
  it.each([
    // window              settled through   grid       next
    ['an hour in', hours(24, 28), hour(24), HOUR_MS, hour(25)],
    ['an hour later', hours(24, 28), hour(25), HOUR_MS, hour(26)],
    ['at its end', hours(24, 28), hour(27), HOUR_MS, hour(28)],
    ['by hours up to two days', hours(24, 72), hour(24), HOUR_MS, hour(25)],
    ['by days beyond', hours(20, 69), hour(20), HOUR_MS, hour(24)],
    ['a day later', hours(20, 69), hour(24), HOUR_MS, hour(48)],
    ['at its end, which is no day’s', hours(20, 69), hour(48), HOUR_MS, hour(69)],
    ['by days where the pool sells days', hours(0, 48), hour(0), DAY_MS, hour(24)],
    ['by hours where the pool sells quarters', quarters(1, 20), plus(hour(0), QUARTER), QUARTER, hour(1)],
    ['at the end of less than an hour', quarters(1, 3), plus(hour(0), QUARTER), QUARTER, plus(hour(0), 3 * QUARTER)],
  ])('%s', (_what, window, settledThrough, ...[grid, next]) => {
    expect(nextSettlement(window, settledThrough, grid)).toBe(next);
  });
});

describe('months are closed', () => {
  const charged: LedgerEvent = {
    ...{ type: 'OverageCharged', reservationId: reservation('R'), hour: Date.parse('2026-12-31T22:00:00Z') as Instant },
    ...{ month: '2026-12', teamId: null, split: splitOf(), amount: usd(9), collected: usd(9), evidence: 'R/usage/1', parts: [], transfers: [], postings: [] },
  };
  it.each([
    ['once for what is booked before their days of grace are over', '2027-01-02T10:20:00Z', ['close-month org 2026-12 at 2027-01-04T00:00:00.000Z', 'close-month org 2027-01 at 2027-02-04T00:00:00.000Z']],
    ['again for what comes later, by the hour: the first look may have found nothing', '2027-01-10T10:20:00Z', ['close-month org 2026-12 at 2027-01-04T00:00:00.000Z', 'close-month org 2026-12 1799578800000 at 2027-01-10T11:00:00.000Z', 'close-month org 2027-01 at 2027-02-04T00:00:00.000Z']],
  ])('%s', (_what, booked, jobs) => {
    const put = ledgerDefinition.schedule?.(charged, 'ledger-org' as never, Date.parse(booked) as Instant) ?? [];
    const own = put.filter(({ job }) => job === 'close-month');
    expect(own.map(({ dedupeKey, runAt }) => `${dedupeKey} at ${new Date(runAt).toISOString()}`)).toEqual(jobs);
  });
});
