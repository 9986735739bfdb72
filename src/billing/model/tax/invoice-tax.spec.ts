import fc from 'fast-check';
import { microUsd } from '../../../kernel/money.js';
import { CHARGE_KINDS, type ChargeKind } from '../charge.js';
import { soldBy } from '../creditable.js';
import { isOf, returnedTax, soldPart, taxItemsOf, taxableCents, wholeCents, type InvoiceTax } from './invoice-tax.js';

const line = (kind: ChargeKind, amount: bigint, reservationId = 'R1') => ({ kind, amount: microUsd(amount), reservationId, served: null, evidence: null, version: null });
const cents = (lines: Parameters<typeof taxItemsOf>[0]): unknown => taxItemsOf(lines).map((item) => [item.kind, item.cents]);
const taxed = (items: InvoiceTax['items'], taxCents: bigint): InvoiceTax => ({ calculationId: 'c', items, lines: [], amount: wholeCents(taxCents) });

describe('what tax is calculated on', () => {
  it.each<[string, readonly (readonly [ChargeKind, bigint])[], unknown]>([
    ['what was sold, by kind', [['delivery', 30_000n], ['overage', 20_000n], ['cancellation', 10_000n]], [['delivery', 3n], ['cancellation', 1n], ['overage', 2n]]],
    ['in cents, rounded once: 0.4 and 0.4 are one', [['delivery', 4_000n], ['overage', 4_000n]], [['overage', 1n]]],
    ['less service credits, in proportion', [['delivery', 60_000n], ['overage', 40_000n], ['credit', -50_000n]], [['delivery', 3n], ['overage', 2n]]],
    ['not what was earned', [['delivery', 30_000n], ['proceeds', -90_000n], ['royalty', -1_000n], ['overage', -70_000n]], [['delivery', 3n]]],
    ['not damages, nor credits that were given', [['penalty', 90_000n], ['credit', 90_000n]], []],
    ['nothing where credits are more', [['delivery', 30_000n], ['credit', -30_001n]], []],
    ['nothing below half a cent', [['delivery', 5_000n]], []],
  ])('is %s', (_what, lines, items) => {
    expect(cents(lines.map(([kind, amount]) => line(kind, amount)))).toEqual(items);
  });

  it('sums to what was sold less service credits, to the cent, with every part above zero', () => {
    const lines = fc.array(fc.record({ kind: fc.constantFrom(...CHARGE_KINDS), amount: fc.bigInt(-90_000n, 190_000n).map(microUsd) }));
    fc.assert(
      fc.property(lines, (some) => {
        const items = taxItemsOf(some);
        const base = some.reduce((sum, { kind, amount }) => {
          const isSold = amount > 0n && ['delivery', 'overage', 'cancellation'].includes(kind);
          return isSold || (kind === 'credit' && amount < 0n) ? sum + amount : sum;
        }, 0n);
        expect(items.every((item) => item.cents > 0n)).toBe(true);
        const twice = 2n * (taxableCents(items) * 10_000n - (base > 0n ? base : 0n));
        expect(twice <= 10_000n && twice >= -10_000n).toBe(true);
        expect(isOf(taxed(items, 0n), some)).toBe(true);
        expect(isOf(taxed(items, 0n), [...some, { kind: 'delivery', amount: 90_000_000n }])).toBe(false);
      }),
    );
  });
});

describe('what credit notes give back of it', () => {
  it('is in proportion, of what was sold for the reservation before what else was charged', () => {
    const lines = [line('delivery', 60_000n), line('penalty', 50_000n), line('overage', 40_000n, 'R2'), line('credit', -20_000n)];
    // Ten cents were sold; two of them a service credit gave back, and bore no tax.
    expect(soldBy(lines, 'R1')).toEqual({ invoice: 80_000n, reservation: 40_000n });
    expect(soldPart(microUsd(110_000n), soldBy(lines, 'R1'))).toBe(40_000n);
    const tax = taxed([{ kind: 'delivery', cents: 5n }, { kind: 'overage', cents: 3n }], 2n);
    const back = returnedTax(tax, microUsd(80_000n), { before: microUsd(0n), after: microUsd(40_000n) });
    expect(back).toEqual({ sold: 40_000n, taxable: 40_000n, amount: 10_000n });
    // A note of before gave back what a service credit had: there is no more tax than was charged.
    const rest = returnedTax(tax, microUsd(80_000n), { before: microUsd(100_000n), after: microUsd(140_000n) });
    expect(rest).toEqual({ sold: 40_000n, taxable: 0n, amount: 0n });
  });

  it('is all of it in the end, however it is parted, and never more', () => {
    const whole = fc.record({ sold: fc.bigInt(1n, 10n ** 9n), base: fc.bigInt(0n, 10n ** 5n), taxCents: fc.bigInt(0n, 10n ** 5n) });
    fc.assert(
      fc.property(whole, fc.array(fc.nat(100), { maxLength: 8 }), ({ sold, base, taxCents }, cuts) => {
        const tax = taxed([{ kind: 'delivery', cents: base }], taxCents);
        const stops = [...cuts.map((cut) => (sold * BigInt(cut)) / 100n), sold].sort((a, b) => (a < b ? -1 : 1));
        let [before, given, taxable] = [0n, 0n, 0n];
        for (const after of stops) {
          const back = returnedTax(tax, microUsd(sold), { before: microUsd(before), after: microUsd(after) });
          expect(back.amount >= 0n && back.taxable >= 0n && back.sold === after - before).toBe(true);
          [before, given, taxable] = [after, given + back.amount, taxable + back.taxable];
          expect(given <= tax.amount).toBe(true);
        }
        expect([given, taxable]).toEqual([tax.amount, wholeCents(base)]);
      }),
    );
  });
});
