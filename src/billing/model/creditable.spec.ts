import fc from 'fast-check';
import { microUsd } from '../../kernel/money.js';
import { formatInstant, HOUR_MS, type Instant } from '../../kernel/time.js';
import type { ChargeKind } from './charge.js';
import { creditableBy, firstMonthOf, leftOf, soldBy, type CreditableLine } from './creditable.js';

const FIRST = Date.parse('2026-11-30T20:00:00Z') as Instant;
const hour = (index: number): Instant => (FIRST + index * HOUR_MS) as Instant;
const line = (kind: ChargeKind, amount: bigint, more: Partial<CreditableLine> = {}): CreditableLine => ({
  ...{ kind, amount, reservationId: 'R', served: null, evidence: null, version: 1, ...more },
});
const delivered = (amount: bigint, from: number, to: number): CreditableLine =>
  line('delivery', amount, { served: { start: hour(from), end: hour(to) } });
/** As a service credit names its hour, and as a correction of a count does. */
const missed = (amount: bigint, of: number): CreditableLine => line('credit', -amount, { evidence: `m~r1/${formatInstant(hour(of))}/2` });
const recounted = (amount: bigint, of: number): CreditableLine => line('credit', -amount, { evidence: `m~r1/usage/${formatInstant(hour(of))}/2` });
const forgiven = (amount: bigint, of: number): CreditableLine => line('credit', -amount, { served: { start: hour(of), end: null } });

describe('what was credited on a charge', () => {
  it.each<[string, readonly CreditableLine[], readonly CreditableLine[], bigint]>([
    ['a credit on the same invoice', [delivered(100n, 0, 2), missed(20n, 1)], [], 20n],
    ['one that came later, for an hour that it charged', [delivered(100n, 0, 2)], [missed(20n, 0), recounted(5n, 1), forgiven(3n, 0)], 28n],
    ['not one for an hour after', [delivered(100n, 0, 2)], [missed(20n, 2)], 0n],
    ['not one for an hour of an earlier invoice that is on this one', [delivered(100n, 2, 4), missed(20n, 1)], [], 0n],
    ['one that names no hour is of the invoice that it is on', [delivered(100n, 0, 2), line('credit', -7n)], [line('credit', -9n)], 7n],
    ['use above it, of that hour and no other', [line('overage', 50n, { served: { start: hour(1), end: null } })], [recounted(4n, 1), recounted(8n, 2)], 4n],
    ['not of another reservation', [delivered(100n, 0, 2)], [{ ...missed(20n, 1), reservationId: 'S' }], 0n],
    ['not damages, nor what was earned', [delivered(100n, 0, 2), line('penalty', -30n), line('proceeds', -40n)], [], 0n],
    ['not by hours in which a credit was taken back', [line('credit', 20n, { served: { start: hour(0), end: null } })], [missed(20n, 0)], 0n],
  ])('is %s', (_what, lines, later, serviceCredits) => {
    expect(creditableBy(lines, later).get('R' as never)?.serviceCredits).toBe(serviceCredits);
  });

  it('is less what was taken back of who bought, whose hour is charged again; of who sold that is what was charged', () => {
    const back = (amount: bigint, of: number): CreditableLine => line('credit', amount, { served: { start: hour(of), end: null } });
    const told = (lines: readonly CreditableLine[], later: readonly CreditableLine[], held: readonly string[]): unknown => {
      const own = creditableBy(lines, later, new Set(held)).get('R' as never);
      return own === undefined ? null : [own.charged, own.serviceCredits];
    };
    expect(told([delivered(100n, 0, 2), missed(20n, 1), back(15n, 1)], [], ['R'])).toEqual([100n, 5n]);
    expect(told([delivered(100n, 0, 2), missed(20n, 1)], [back(15n, 1)], ['R'])).toEqual([100n, 5n]);
    // On a later invoice it is no charge of that one.
    expect(told([back(15n, 1)], [], ['R'])).toBeNull();
    expect(told([delivered(50n, 2, 4), back(15n, 1)], [], ['R'])).toEqual([50n, 0n]);
    expect(told([back(15n, 1)], [], [])).toEqual([15n, 0n]);
    expect(told([delivered(100n, 0, 2)], [back(15n, 1)], ['R'])).toEqual([100n, 0n]);
  });

  it('leaves nothing below zero, and what was never charged out', () => {
    const own = { charged: microUsd(100n), serviceCredits: microUsd(30n) };
    expect([0n, 60n, 70n, 99n].map((given) => leftOf(own, microUsd(given)))).toEqual([70n, 10n, 0n, 0n]);
    expect([...creditableBy([missed(20n, 1), line('proceeds', -40n)], []).keys()]).toEqual([]);
  });

  it('is looked for since the first month that the invoice charged', () => {
    expect(firstMonthOf('2026-12', [delivered(1n, 3, 4), delivered(1n, 4, 5), line('cancellation', 1n)])).toBe('2026-11');
    expect(firstMonthOf('2026-12', [delivered(1n, 4, 5)])).toBe('2026-12');
  });
});

describe('however charges and credits are spread over two invoices', () => {
  const amount = fc.bigInt(1n, 1_000n);
  const charges = fc.array(fc.record({ of: fc.nat(7), amount }), { minLength: 1, maxLength: 8 });
  const credits = fc.array(fc.record({ of: fc.nat(7), amount, isLate: fc.boolean() }), { maxLength: 8 });

  it('each credit counts on one of them at most, and notes over all that is left end at what was charged', () => {
    fc.assert(
      fc.property(charges, credits, fc.nat(8), (some, given, cut) => {
        const isFirst = (of: number): boolean => of < cut;
        // A credit for an hour of the first is on the first, or late on the second.
        const on = (first: boolean): readonly CreditableLine[] => [
          ...some.filter(({ of }) => isFirst(of) === first).map((one) => delivered(one.amount, one.of, one.of + 1)),
          ...given.filter(({ of, isLate }) => (isFirst(of) && !isLate) === first).map((one) => missed(one.amount, one.of)),
        ];
        const credited = given.filter(({ of }) => some.some((one) => one.of === of)).reduce((sum, one) => sum + one.amount, 0n);
        const both = [creditableBy(on(true), on(false)), creditableBy(on(false), [])].flatMap((by) => [...by.values()]);
        expect(both.reduce((sum, one) => sum + one.serviceCredits, 0n)).toBe(credited);
        for (const own of both) {
          const left = leftOf(own, microUsd(0n));
          const sum = own.serviceCredits + left;
          expect(sum).toBe(own.serviceCredits > own.charged ? own.serviceCredits : own.charged);
          expect(leftOf(own, left)).toBe(0n);
        }
        // What bears tax is never more than can be given back, nor than was sold.
        const { invoice, reservation } = soldBy(on(true), 'R');
        const [first] = [...creditableBy(on(true), []).values()];
        expect([invoice, reservation]).toEqual([first === undefined ? 0n : leftOf(first, microUsd(0n)), invoice]);
      }),
    );
  });
});
