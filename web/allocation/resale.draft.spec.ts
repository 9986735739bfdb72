import type { Refusal } from '../api/refusal.documents.js';
import { issueOfRefusal, resaleIssues, type AuctionTimes } from './resale.draft.js';

const stretch = (start: number, end: number, quantity: string) => ({
  quantity,
  window: { start: `2026-11-21T${start}:00:00.000Z`, end: `2026-11-21T${end}:00:00.000Z` },
});
/** A gap, and an hour of less. */
const entitlement = [stretch(10, 12, '500'), stretch(12, 13, '200'), stretch(14, 16, '500')];
const facts = { grid: 'HOUR', entitlement, nowMs: Date.parse('2026-11-21T10:30:00Z') } as const;
const typed = { start: '2026-11-21T11:00', end: '2026-11-21T12:00', quantity: '500', price: '0.002' };
const told = (fields: Partial<typeof typed>, times: AuctionTimes | null): readonly string[] =>
  resaleIssues({ ...typed, ...fields }, times, facts).map(({ field, reason, accepted }) => `${field} ${reason}: ${accepted}`);

it.each<[Partial<typeof typed>, readonly string[]]>([
  [{}, []],
  [{ quantity: '', price: '', end: '' }, []],
  // The running hour can be sold.
  [{ start: '2026-11-21T10:00' }, []],
  [{ start: '2026-11-21T09:00' }, ['window.start has begun: a time to come', 'quantity is more than you hold throughout this window: another window: you hold nothing in all of this one']],
  [{ start: '2026-11-21T11:30' }, ['window.start is between two lines of the pool’s grid: a full hour']],
  [{ end: '2026-11-21T11:00' }, ['window.end is not after the start: a later time']],
  [{ quantity: '501' }, ['quantity is more than you hold throughout this window: at most 500 tokens/s']],
  [{ end: '2026-11-21T13:00', quantity: '1,000' }, ['quantity is more than you hold throughout this window: at most 200 tokens/s']],
  [{ end: '2026-11-21T15:00', quantity: '1' }, ['quantity is more than you hold throughout this window: another window: you hold nothing in all of this one']],
  [{ price: 'cheap' }, ['unitPrice is no amount: US dollars with at most six places, such as 0.0015']],
])('at a fixed price, %j', (fields, issues) => {
  expect(told(fields, null)).toEqual(issues);
});

it.each<[Partial<typeof typed>, AuctionTimes, readonly string[]]>([
  [{}, { opensAt: '', closesAt: '' }, []],
  [{}, { opensAt: '2026-11-21T10:45', closesAt: '2026-11-21T11:00' }, []],
  // Nor can bids be taken for an hour that runs.
  [{ start: '2026-11-21T10:00' }, { opensAt: '', closesAt: '' }, ['window.start has begun: a time to come']],
  [{}, { opensAt: '', closesAt: '2026-11-21T11:01' }, ['closesAt is after the window has begun: at the latest 2026-11-21 11:00 UTC']],
  [{}, { opensAt: '', closesAt: '2026-11-21T10:30' }, ['closesAt has passed: a time to come']],
  [{}, { opensAt: '2026-11-21T10:45', closesAt: '2026-11-21T10:45' }, ['opensAt is not before the close: an earlier time, or nothing']],
  [{}, { opensAt: '2026-11-21T10:29', closesAt: '' }, ['opensAt has passed: a time to come, or nothing']],
  [{ price: '-' }, { opensAt: '', closesAt: '' }, ['reservePrice is no amount: US dollars with at most six places, such as 0.0015']],
])('by auction, %j with bids %j', (fields, times, issues) => {
  expect(told(fields, times)).toEqual(issues);
});

const refused = (refusal: object): string | null => {
  const found = issueOfRefusal({ code: '', message: '', ...refusal } as Refusal, 'auction');
  return found === null ? null : `${found.field} ${found.reason}: ${found.accepted}`;
};

it.each([
  [{ __typename: 'CapacityRejection', available: '100' }, 'quantity is more than is free to offer throughout this window: at most 100 tokens/s'],
  [{ __typename: 'CapacityRejection', available: '0' }, 'quantity is more than is free to offer throughout this window: another window: nothing is free in all of this one'],
  [{ __typename: 'LotRejection', below: null, above: '1000' }, 'quantity is no whole number of lots: 1,000 tokens/s'],
  [{ __typename: 'LotRejection', below: '1000', above: '2000' }, 'quantity is no whole number of lots: 1,000 tokens/s or 2,000 tokens/s'],
  [{ __typename: 'WindowRejection', accepted: null, earliestStart: '2026-11-21T11:00:00.000Z' }, 'window.start has begun: from 2026-11-21 11:00 UTC on'],
  [
    { __typename: 'WindowRejection', accepted: stretch(11, 12, '1').window, earliestStart: null },
    'window.start is not on the pool’s grid, or not in what you hold: 2026-11-21 11:00 – 12:00 UTC',
  ],
  [{ __typename: 'ResaleTermsRejection', unitPriceMax: '1100' }, 'reservePrice is above what the terms of resale allow: at most $0.0011 USD'],
  [{ __typename: 'ResaleTermsRejection', unitPriceMax: null }, null],
  [{ __typename: 'StateRejection' }, null],
])('what is refused, %j, is said by its field', (refusal, said) => {
  expect(refused(refusal)).toBe(said);
});
