import fc from 'fast-check';
import { hour, hours } from '../../../test/support/market.js';
import {
  basisPoints,
  eventsOf,
  fund,
  LedgerStory,
  sent,
  settle,
  splitOf,
  topUp,
  transferred,
} from '../../../test/support/ledger.js';
import { DAY_MS, MINUTE_MS, parseMonth, type Instant } from '../../kernel/time.js';
import { auditLedger } from './ledger.audit.js';
import type { DeliverySettled } from './ledger.events.js';

const paid = (amount: number | bigint, window = hours(24, 28), changes: object = {}): LedgerStory =>
  new LedgerStory().given(topUp(amount === 0 ? 1 : amount), fund('R', amount, window, changes as never));

const settled = (story: LedgerStory): readonly DeliverySettled[] =>
  story.events.filter((event): event is DeliverySettled => event.type === 'DeliverySettled');

describe('delivery', () => {
  it.each([
    // now                                     amount of what is settled, up to
    ['before the window', hour(23), [], null],
    ['at its start', hour(24), [], null],
    ['a millisecond before the first hour ends', (hour(25) - 1) as Instant, [], null],
    ['when the first hour ends', hour(25), [25n], hour(25)],
    ['half an hour later', (hour(25) + 30 * MINUTE_MS) as Instant, [25n], hour(25)],
    ['after three hours', hour(27), [75n], hour(27)],
    ['when it is over', hour(28), [100n], hour(28)],
    ['long after', hour(99), [100n], hour(28)],
  ])('%s', (_when, now, amounts, through) => {
    const story = paid(100).at(now);
    story.given(settle('R'));
    expect(settled(story).map(({ amount }) => amount)).toEqual(amounts);
    expect(settled(story).at(-1)?.window.end ?? null).toBe(through);
    auditLedger(story.state);
  });

  it('that was settled is not settled again', () => {
    const story = paid(100).at(hour(26)).given(settle('R'));
    expect(sent(story.send(settle('R')))).toBe('');
    expect(sent(story.at(hour(25)).send(settle('R')))).toBe('');
  });

  it('is paid by whole days where the pool sells days', () => {
    const days = paid(300, hours(0, 72), { grid: DAY_MS }).at((hour(48) - 1) as Instant);
    days.given(settle('R'));
    expect(settled(days)).toMatchObject([{ window: hours(0, 24), amount: 100n }]);
  });

  it('leaves nothing behind when it is over', () => {
    const story = paid(100).at(hour(28)).given(settle('R'));
    expect(story.state.escrows.size).toBe(0);
    expect([...story.state.balances.keys()].sort()).toEqual(['clearing', 'external']);
  });

  it('rounds half to even on what is delivered so far', () => {
    const story = paid(10);
    const cuts = [25, 26, 27, 28].map((at) => {
      const [event] = eventsOf(story.at(hour(at)).send(settle('R')));
      return (event as DeliverySettled).amount;
    });
    // 2.5 -> 2, 5, 7.5 -> 8, 10.
    expect(cuts).toEqual([2n, 3n, 3n, 2n]);
  });

  it('belongs to the month it was served in: one event for each', () => {
    const january = parseMonth('2027-01');
    if (!january.ok) throw new Error(january.error);
    const [start, end] = [january.value - 2 * DAY_MS, january.value + 33 * DAY_MS] as Instant[];
    const story = paid(3_500, { start: start!, end: end! }).at(end!);
    story.given(settle('R'));
    const [first, second, third] = settled(story);
    expect(settled(story).map(({ amount }) => amount)).toEqual([200n, 3_100n, 200n]);
    expect([first?.window.end, second?.window.end]).toEqual([
      Date.parse('2027-01-01T00:00:00Z'),
      Date.parse('2027-02-01T00:00:00Z'),
    ]);
    expect(third?.window.end).toBe(end);
    expect(story.state.escrows.size).toBe(0);
    auditLedger(story.state);
  });

  it('names each transfer once', () => {
    const story = paid(1_000_000);
    for (const at of [25, 26, 27, 28]) story.at(hour(at)).given(settle('R'));
    const names = settled(story).flatMap(({ transfers }) => transfers.map(({ transferId }) => transferId));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(12);
  });
});

describe('however a window is cut into settlements', () => {
  const share = fc.integer({ min: 0, max: 5_000 });
  const sale = fc.record({
    amount: fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 10n ** 15n })),
    // Long enough to cross from December into February.
    length: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_600 })),
    cuts: fc.array(fc.integer({ min: 0, max: 1_600 }), { maxLength: 40 }),
    split: fc.record({ royalty: share, fee: share }),
  });

  it('the whole price is delivered, every part grows, and its parts are those of one settlement', () => {
    fc.assert(
      fc.property(sale, ({ amount, length, cuts, split }) => {
        const shares = splitOf({ royalty: basisPoints(split.royalty), fee: basisPoints(split.fee) });
        const open = (): LedgerStory => paid(amount === 0n ? 0 : amount, hours(24, 24 + length), { split: shares });
        const story = open();
        for (const cut of [...cuts, length].sort((a, b) => a - b)) {
          story.at(hour(24 + cut)).send(settle('R'));
          auditLedger(story.state);
        }
        const events = settled(story);
        expect(events.reduce((sum, event) => sum + event.amount, 0n)).toBe(amount);
        for (const event of events) {
          expect(event.transfers.every((transfer) => transfer.amount > 0n)).toBe(true);
          const parts = event.transfers.reduce((sum, transfer) => sum + transfer.amount, 0n);
          expect(parts).toBe(event.amount);
        }
        const atOnce = open().at(hour(24 + length)).given(settle('R'));
        expect(totals(story)).toEqual(totals(atOnce));
      }),
      { numRuns: 300 },
    );
  });
});

function totals(story: LedgerStory): Readonly<Record<string, bigint>> {
  const sums: Record<string, bigint> = {};
  for (const line of transferred(story.events)) {
    const [kind = '', , amount = '0'] = line.split(' ');
    sums[kind] = (sums[kind] ?? 0n) + BigInt(amount);
  }
  return sums;
}
