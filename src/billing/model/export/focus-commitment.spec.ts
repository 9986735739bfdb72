import fc from 'fast-check';
import { big, focusRows, period, purchaseAt, R, START } from '../../../../test/support/focus.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { HOUR_MS, plus } from '../../../kernel/time.js';
import type { ChargeRow } from './books.tables.js';
import type { Facts } from './focus.columns.js';
import { contractCommitment } from './focus.tables.js';

/** What rows count for of their commitment, in whole parts of the twelfth place. */
function appliedBy(row: Facts): { readonly cost: bigint; readonly quantity: bigint; readonly unit: unknown; readonly id: unknown } {
  const json = String(row['ContractApplied']);
  const digits = (name: string, scale: number): bigint => {
    const [whole = '', fraction = ''] = (new RegExp(`"${name}":([0-9.-]+)`).exec(json)?.[1] ?? '').split('.');
    return BigInt(whole + fraction.padEnd(scale, '0'));
  };
  const [element] = (JSON.parse(json) as { Elements: readonly Record<string, unknown>[] }).Elements;
  const named = { unit: element?.['ContractCommitmentAppliedUnit'], id: element?.['ContractCommitmentId'] };
  return { cost: digits('ContractCommitmentAppliedCost', 6), quantity: digits('ContractCommitmentAppliedQuantity', 12), ...named };
}

describe('Cost and Usage beside Contract Commitment', () => {
  it('a reservation that was delivered whole has used up its commitment: its cost, and its quantity but for rounding', () => {
    const reservations = fc.record({
      unitPrice: fc.integer({ min: 1, max: 10 ** 7 }),
      quantity: fc.integer({ min: 1, max: 10 ** 4 }),
      used: fc.array(fc.bigInt(0n, 10n ** 13n), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(reservations, ({ unitPrice, quantity, used }) => {
        const window = { start: START, end: plus(START, used.length * HOUR_MS) };
        const hourly = BigInt(unitPrice) * BigInt(quantity);
        const purchase = { ...purchaseAt(unitPrice, quantity), window, amount: (hourly * BigInt(used.length)) as MicroUsd };
        const rows = used.flatMap((weighted, hour) => {
          const [servedFrom, servedTo] = [plus(START, hour * HOUR_MS), plus(START, (hour + 1) * HOUR_MS)];
          const at = { servedFrom, servedTo, postedAt: servedTo, evidence: null, parts: [], month: '2026-11', version: hour };
          const use = { requests: 1n, input: 0n, cachedInput: 0n, output: 1n, reasoning: 0n, weighted };
          const charge: ChargeRow = { ...at, kind: 'delivery', reservationId: R, amount: hourly };
          return focusRows(period(null), { charge, purchase, hostName: null, use, parts: [] });
        });
        const commitment = contractCommitment(period(null), purchase);
        const parts = rows.map((row) => appliedBy(row));
        expect(new Set(parts.map(({ id }) => id))).toEqual(new Set([commitment['ContractCommitmentId']]));
        expect(new Set(parts.map(({ unit }) => unit))).toEqual(new Set([commitment['ContractCommitmentUnit']]));
        expect(parts.reduce((sum, { cost }) => sum + cost, 0n)).toBe(commitment['ContractCommitmentCost']);
        const left = parts.reduce((sum, part) => sum + part.quantity, -big(commitment, 'ContractCommitmentQuantity'));
        expect(left < 0n ? -left : left).toBeLessThanOrEqual(BigInt(rows.length));
      }),
    );
  });

  it('of a reservation that is not known any more says the cost alone', () => {
    const charge: ChargeRow = {
      ...{ version: 1, month: '2026-11', kind: 'delivery', reservationId: R, amount: 1_250_000n, evidence: null, parts: [] },
      ...{ servedFrom: START, servedTo: plus(START, HOUR_MS), postedAt: plus(START, HOUR_MS) },
    };
    const [row] = focusRows(period(null), { charge, purchase: null, hostName: null, use: null, parts: [] });
    expect(row?.['ContractApplied']).toBe(`{"Elements":[{"ContractId":"${R}","ContractCommitmentId":"${R}","ContractCommitmentAppliedCost":1.25}]}`);
  });
});
