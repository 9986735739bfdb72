import { issuesOf, stepOf, type ListingDraft } from './list.draft.js';

const draft: ListingDraft = {
  ...{ kind: 'auction', start: '2026-12-01T10:00', end: '2026-12-01T14:00', quantity: '1,500', price: '0.0015' },
  ...{ isPostOnly: false, opensAt: '', closesAt: '2026-12-01T09:00' },
};
const fields = (step: 'offer' | 'price', changes: Partial<ListingDraft>) => issuesOf(step, { ...draft, ...changes }, 'HOUR').map(({ field, reason }) => `${field} ${reason}`);

describe('the steps of a listing', () => {
  it('are left when all is well', () => {
    expect([...fields('offer', {}), ...fields('price', {}), ...issuesOf('terms', draft, 'HOUR')]).toEqual([]);
  });

  it.each([
    [{ start: '' }, 'window.start is no date and time'],
    [{ end: '' }, 'window.end is no date and time'],
    [{ end: '2026-12-01T10:00' }, 'window.end is not after the start'],
    [{ start: '2026-12-01T10:20' }, 'window.start is between two lines of the pool’s grid'],
    [{ quantity: '1.5' }, 'quantity is no quantity'],
    [{ quantity: '-3' }, 'quantity is no quantity'],
  ])('know what is wrong with an offer: %j', (changes, found) => {
    expect(fields('offer', changes)).toEqual([found]);
  });

  it.each([
    [{ price: 'cheap' }, 'unitPrice is no amount'],
    [{ closesAt: '' }, 'closesAt is no date and time'],
    [{ closesAt: '2026-12-01T11:00' }, 'closesAt is after the window has begun'],
    [{ opensAt: '2026-12-01T09:00' }, 'opensAt is not before the close'],
  ])('know what is wrong with a price: %j', (changes, found) => {
    expect(fields('price', changes)).toEqual([found]);
  });

  it('ask a fixed price for no close, and know where a refusal belongs', () => {
    expect(fields('price', { kind: 'fixed', closesAt: '' })).toEqual([]);
    expect(['window.start', 'quantity', 'reservePrice', 'poolId'].map(stepOf)).toEqual(['offer', 'offer', 'price', 'preview']);
  });
});
