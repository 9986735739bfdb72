import fc from 'fast-check';
import { microUsd } from '../../kernel/money.js';
import { CHARGE_KINDS } from './charge.js';
import { centsOf } from './document/billing-document.js';
import { creditedCents, mirrorOf, statusThere } from './stripe-invoice.js';

const line = (kind: (typeof CHARGE_KINDS)[number], amount: bigint) => ({ kind, amount: microUsd(amount) });

describe('an invoice in cents', () => {
  it('has an item for each kind and side, and what rounding leaves', () => {
    const [one, other] = CHARGE_KINDS;
    const mirrored = mirrorOf([line(one, 14_000n), line(one, 2_000n), line(one, -6_000n), line(other, 16_000n)], null);
    // 1.6, -0.6 and 1.6 cents are shown as 2, -1 and 2; together they are 2.6, which is 3: nothing is left.
    expect(mirrored?.items.map(({ name, cents }) => [name, cents])).toEqual([
      [`${one} charged`, 2n],
      [`${one} credited`, -1n],
      [`${other} charged`, 2n],
    ]);
    // 0.4 and 0.4 are shown as nothing, and come to 0.8: one.
    expect(mirrorOf([line(one, 4_000n), line(other, 4_000n)], null)?.items).toEqual([{ name: 'rounding', description: 'Rounding', cents: 1n }]);
  });

  it.each([[[]], [[5_000n]], [[20_000n, -16_000n]], [[10_000n, -90_000n]]])('is none when %p comes to nothing', (amounts: bigint[]) => {
    expect(mirrorOf(amounts.map((amount) => line(CHARGE_KINDS[0], amount)), null)).toBeNull();
  });

  it('sums to the total of the document, whatever its lines', () => {
    const lines = fc.array(fc.record({ kind: fc.constantFrom(...CHARGE_KINDS), amount: fc.bigInt(-90_000n, 90_000n).map(microUsd) }));
    fc.assert(
      fc.property(lines, fc.bigInt(0n, 30n), (some, taxCents) => {
        const total = centsOf(some.reduce((sum, { amount }) => sum + amount, 0n)) + taxCents;
        const mirrored = mirrorOf(some, { amount: microUsd(taxCents * 10_000n) });
        expect(mirrored?.items.find(({ name }) => name === 'tax')?.cents ?? 0n).toBe(mirrored === null ? 0n : taxCents);
        expect(mirrored === null).toBe(total <= 0n);
        if (mirrored === null) return;
        expect(mirrored.items.reduce((sum, { cents }) => sum + cents, 0n)).toBe(total);
        expect(new Set(mirrored.items.map(({ name }) => name)).size).toBe(mirrored.items.length);
        expect(mirrored.items.length).toBeLessThanOrEqual(250);
      }),
    );
  });
});

describe('credit notes in cents', () => {
  it('are rounded once for all of them, and never come to more than the invoice', () => {
    expect([4_000n, 8_000n, 12_000n, 16_000n].map((sum) => creditedCents(5n, sum))).toEqual([0n, 1n, 1n, 2n]);
    expect(creditedCents(5n, 90_000n)).toBe(5n);
  });

  it('of all of it make an open invoice paid at Stripe', () => {
    const invoice = { status: 'open', totalCents: 5n } as const;
    expect(statusThere({ ...invoice, credited: 40_000n })).toBe('open');
    expect(statusThere({ ...invoice, credited: 50_000n })).toBe('paid');
    expect(statusThere({ ...invoice, status: 'void', credited: 0n })).toBe('void');
  });
});
