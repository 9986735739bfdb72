import fc from 'fast-check';
import { big, END, focusRows, period, purchaseAt, R, START } from '../../../../test/support/focus.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, type Instant } from '../../../kernel/time.js';
import type { ChargeRow } from './books.tables.js';
import { commitmentRow, type Commitment } from './commitment.rows.js';
import type { FocusPeriod } from './focus-charge.js';
import { COMMITMENT_OF_FOCUS_1_3, CONTRACT_COMMITMENT, type Facts } from './focus.columns.js';
import type { Table } from './table.js';

/** A row by the names of its columns. */
function named({ columns }: Table, of: FocusPeriod, commitment: Commitment): Facts {
  const row = commitmentRow(of, commitment);
  expect(row).toHaveLength(columns.length);
  return Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
}

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
        const commitment = named(CONTRACT_COMMITMENT, period(null), { purchase, endedAt: null });
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

/** Of commitments that begin and end at any time around the month, of which some ended before that. */
const commitments = fc
  .record({
    start: fc.integer({ min: -40 * 24 * 60, max: 30 * 24 * 60 - 1 }),
    minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 60 }).map((days) => days * 24 * 60)),
    boughtBefore: fc.nat(40 * 24 * 60),
    endedAfter: fc.option(fc.nat(30 * 24 * 60)),
    unitPrice: fc.integer({ min: 1, max: 10 ** 6 }),
    quantity: fc.integer({ min: 1, max: 10 ** 4 }),
    now: fc.nat(30 * 24 * 60),
  })
  .map(({ start: at, minutes, boughtBefore, endedAfter, unitPrice, quantity, now }) => {
    const start = plus(START, at * MINUTE_MS);
    const [window, paidAt] = [{ start, end: plus(start, minutes * MINUTE_MS) }, plus(start, -boughtBefore * MINUTE_MS)];
    const of: FocusPeriod = { ...period(null), asOf: plus(START, now * MINUTE_MS) };
    const endedAt = endedAfter === null ? null : plus(paidAt, endedAfter * MINUTE_MS);
    const commitment: Commitment = { purchase: { ...purchaseAt(unitPrice, quantity), window, paidAt }, endedAt };
    return { of, commitment, row: named(CONTRACT_COMMITMENT, of, commitment) };
  });

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ContractCommitmentCategory: ['Spend', 'Usage'],
  ContractCommitmentBenefitCategory: ['Discount', 'Monetary Pool', 'Availability', 'Other'],
  ContractCommitmentFulfillmentInterval: ['Hourly', 'Daily', 'Weekly', 'Monthly', 'Quarterly', 'Semi-Annual', 'Annual', 'Full Commitment Period', 'Transactional', 'Custom'],
  ContractCommitmentLifecycleStatus: ['Proposed', 'Pending', 'Active', 'Exhausted', 'Expired', 'Canceled', 'Superseded'],
  ContractCommitmentModel: ['Continuous', 'Discontinuous'],
  ContractCommitmentOfferCategory: ['Public', 'Negotiated'],
  ContractCommitmentPaymentInterval: ['One-Time', 'Monthly', 'Quarterly', 'Semi-Annual', 'Annual', 'Custom'],
  ContractCommitmentPaymentModel: ['No Upfront', 'Partial Upfront', 'All Upfront'],
};
const LENGTHS: Readonly<Record<string, number>> = { Minute: MINUTE_MS, Hour: HOUR_MS, Day: DAY_MS };

/** What the specification says of columns together, and what the words mean here; each holds for every row. */
const RULES: Readonly<Record<string, (row: Facts, of: FocusPeriod, commitment: Commitment) => boolean>> = {
  'no column is null that may not be': (row) => CONTRACT_COMMITMENT.columns.every(({ name, isNullable }) => isNullable || row[name] !== null),
  'what has a list of values has one of them': (row) => Object.entries(ALLOWED).every(([name, values]) => values.includes(String(row[name]))),
  'an availability has no discount percentage': (row) => row['ContractCommitmentBenefitCategory'] === 'Availability' && row['ContractCommitmentDiscountPercentage'] === null,
  'what is continuous is not measured over its whole time': (row) => row['ContractCommitmentModel'] === 'Continuous' && row['ContractCommitmentFulfillmentInterval'] === 'Hourly',
  'what is paid once is on one invoice, and the rest on one a month': (row, _of, { purchase: { window } }) => {
    const months = new Set([window.start, plus(window.end, -1)].map((at) => new Date(at).toISOString().slice(0, 7)));
    return row['ContractCommitmentPaymentInterval'] === (months.size === 1 ? 'One-Time' : 'Monthly');
  },
  'a length is a positive number and a unit of time, and the length of the window': (row, _of, { purchase: { window } }) => {
    const [, count = '', unit = ''] = /^([1-9][0-9]*) (Minute|Hour|Day)s?$/.exec(String(row['ContractCommitmentDurationType'])) ?? [];
    return Number(count) * (LENGTHS[unit] ?? 0) === window.end - window.start;
  },
  'it was changed last when it was created, or later, and not after the time that is told of': (row, of, { endedAt, purchase }) =>
    big(row, 'ContractCommitmentLastUpdated') >= big(row, 'ContractCommitmentCreated') &&
    (endedAt !== null || big(row, 'ContractCommitmentLastUpdated') <= BigInt(Math.max(of.asOf, purchase.paidAt))),
  'it applies to the rows of Cost and Usage that are for it, and to no other': (row) => {
    const { InclusionOperator, Inclusions, ...rest } = JSON.parse(String(row['ContractCommitmentApplicability'])) as Record<string, unknown>;
    expect([InclusionOperator, Inclusions, rest]).toEqual(['And', [{ Dimension: 'CapacityReservationId', Operator: 'In', Values: [row['ContractCommitmentId']] }], {}]);
    return true;
  },
};

describe('every row of Contract Commitment', () => {
  it.each(Object.keys(RULES))('%s: FOCUS 1.4', (name) => {
    fc.assert(fc.property(commitments, ({ row, of, commitment }) => RULES[name]?.(row, of, commitment) ?? false));
  });

  it('says how far it is at the end of its month, or now while that runs, and since when', () => {
    const [created, start, end] = [plus(START, HOUR_MS), plus(START, 2 * DAY_MS), plus(START, 4 * DAY_MS)];
    const lifeAt = (asOf: Instant, endedAt: Instant | null): readonly unknown[] => {
      const purchase = { ...purchaseAt(5, 7), window: { start, end }, paidAt: created };
      const row = named(CONTRACT_COMMITMENT, { ...period(null), asOf }, { purchase, endedAt });
      return ['LifecycleStatus', 'Created', 'LastUpdated', 'DurationType'].map((name) => row[`ContractCommitment${name}`]);
    };
    expect(lifeAt(plus(start, -1), null)).toEqual(['Pending', created, created, '2 Days']);
    expect(lifeAt(start, null)).toEqual(['Active', created, start, '2 Days']);
    expect(lifeAt(END, null)).toEqual(['Expired', created, end, '2 Days']);
    expect(lifeAt(END, plus(start, HOUR_MS))).toEqual(['Canceled', created, plus(start, HOUR_MS), '2 Days']);
  });

  it('has the columns of FOCUS 1.3 in files of invoices from before', () => {
    const commitment = { purchase: purchaseAt(100, 10), endedAt: null };
    const before = named(COMMITMENT_OF_FOCUS_1_3, { ...period(null), layout: 3 }, commitment);
    expect(before).toMatchObject({ ContractCommitmentQuantity: 10n * 30n * 24n * 10n ** 12n, ContractCommitmentId: R });
    expect(named(CONTRACT_COMMITMENT, period(null), commitment)).toMatchObject(before);
  });
});
