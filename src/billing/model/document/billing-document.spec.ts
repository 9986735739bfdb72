import fc from 'fast-check';
import type { TokenClass } from '../../../metering/contract.js';
import type { OveragePart } from '../overage-parts.js';
import { basisPoints, EXCHANGE, PROVIDER, reservation, SELLER, splitOf } from '../../../../test/support/ledger.js';
import type { BasisPoints, MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import { CHARGE_KINDS } from '../charge.js';
import type { ChargeRow } from '../export/books.tables.js';
import { transfersOf } from '../split.js';
import { centsOf, earnedLine, isEarnedLine, LineGroups, totalled } from './billing-document.js';
import { checkProfile, composed } from './party.js';

const charges = fc.array(
  fc.record({
    kind: fc.constantFrom(...CHARGE_KINDS),
    reservationId: fc.constantFrom('a@b~1', 'a@b~2', 'c@d~3'),
    amount: fc.bigInt(-(10n ** 12n), 10n ** 12n).filter((amount) => amount !== 0n),
  }),
  { minLength: 1, maxLength: 60 },
);
const rowOf = (given: Pick<ChargeRow, 'kind' | 'reservationId' | 'amount'>, index: number): ChargeRow => ({
  ...given,
  ...{ version: index + 1, month: '2026-11', evidence: null, parts: [], postedAt: index as Instant },
  ...{ servedFrom: index as Instant, servedTo: (index + 1) as Instant },
});
const linesOf = (rows: readonly ChargeRow[]) => {
  const groups = new LineGroups();
  rows.forEach((row) => groups.add(row));
  return groups.lines();
};

/** How many cents gross, royalty, fee and net of a line may be from their own. */
const ROUNDED = [1n, 2n, 2n, 0n];

describe('the lines of a document', () => {
  it('come to the invoice, exactly, and to the cent with the rounding they leave', () => {
    fc.assert(
      fc.property(charges, (given) => {
        const lines = linesOf(given.map(rowOf));
        const { exact, totalCents, roundingCents } = totalled(lines);
        const sum = given.reduce((all, { amount }) => all + amount, 0n);
        expect([exact, totalCents]).toEqual([sum, centsOf(sum)]);
        expect(lines.reduce((all, { cents }) => all + cents, 0n) + roundingCents).toBe(totalCents);
        expect(lines.reduce((all, { count }) => all + count, 0)).toBe(given.length);
      }),
    );
  });

  it('do not depend on the order in which charges come', () => {
    fc.assert(
      fc.property(charges, (given) => {
        const rows = given.map(rowOf);
        expect(linesOf([...rows].reverse())).toEqual(linesOf(rows));
      }),
    );
  });

  it('of overage are one for each token class and served tier, and one for what is told without', () => {
    const part = (tokenClass: TokenClass, tier: string | null, amount: bigint): OveragePart => ({ tokenClass, tier, tokens: 1n, weight: 1 as BasisPoints, amount: amount as MicroUsd });
    const hourOf = (...parts: readonly OveragePart[]): ChargeRow => ({
      ...rowOf({ kind: 'overage', reservationId: 'a@b~1', amount: parts.reduce((sum, { amount }) => sum + amount, 0n) }, 1),
      parts,
    });
    const old = rowOf({ kind: 'overage', reservationId: 'a@b~1', amount: 5n }, 2);
    const lines = linesOf([
      ...[hourOf(part('output', null, 1n), part('output', 'batch', 2n)), old],
      hourOf(part('output', 'batch', 30n), part('input', 'fast', 4n)),
    ]);
    expect(lines.map(({ group, exact, count }) => [group?.tokenClass, group?.tier, exact, count])).toEqual([
      [undefined, undefined, 5n, 1],
      ['input', 'fast', 4n, 1],
      ['output', 'batch', 32n, 2],
      ['output', null, 1n, 1],
    ]);
  });

  it('are rounded half to even', () => {
    expect([5_000n, 15_000n, 25_000n, -5_000n, -15_000n, 5_001n].map(centsOf)).toEqual([0n, 2n, 2n, 0n, -2n, 1n]);
  });

  it('of a seller are what was paid: gross less royalty less fee', () => {
    const shares = fc.record({ royalty: fc.integer({ min: 0, max: 4_000 }), fee: fc.integer({ min: 0, max: 5_000 }) });
    fc.assert(
      fc.property(charges, shares, (given, share) => {
        for (const line of linesOf(given.map(rowOf)).filter(isEarnedLine)) {
          const { grossCents, royaltyCents, feeCents, cents } = earnedLine(line, share);
          expect(grossCents - royaltyCents - feeCents).toBe(-cents);
        }
      }),
    );
    const [line] = linesOf([rowOf({ kind: 'overage', reservationId: 'a@b~1', amount: -8_100_000n }, 0)]);
    expect(line && earnedLine(line, { royalty: 0, fee: 1_000 })).toMatchObject({ grossCents: 900n, royaltyCents: 0n, feeCents: 90n, cents: -810n });
  });

  it('of a seller have the gross, royalty and fee that the books parted, of a sale, its overage and its cancellation', () => {
    const given = fc.record({
      kind: fc.constantFrom('proceeds', 'overage', 'cancellation'),
      royalty: fc.integer({ min: 0, max: 4_000 }),
      fee: fc.integer({ min: 0, max: 4_000 }),
      // Rounding on the running total: what was there before moves a share by a unit.
      before: fc.bigInt(0n, 10n ** 6n),
      parts: fc.array(fc.bigInt(1n, 10n ** 9n), { minLength: 1, maxLength: 20 }),
    });
    fc.assert(
      fc.property(given, ({ kind, royalty, fee, before, parts }) => {
        const split = splitOf({ sellerId: SELLER, providerId: PROVIDER, exchangeId: EXCHANGE, royalty: basisPoints(royalty), fee: basisPoints(fee) });
        let total = before;
        const transfers = parts.flatMap((part, index) => {
          const moved = { before: total as MicroUsd, after: (total += part) as MicroUsd };
          return transfersOf({ ...moved, reservationId: reservation('a@b~1'), split, kind, name: `${index}` });
        });
        const paid = (to: string): bigint => transfers.filter(({ toId }) => toId === to).reduce((sum, { amount }) => sum + amount, 0n);
        const [line] = linesOf([rowOf({ kind, reservationId: 'a@b~1', amount: -paid(SELLER) }, 0)]);
        if (line === undefined) throw new Error('nothing was paid');
        const shown = earnedLine(line, { royalty, fee });
        const real = [paid(SELLER) + paid(PROVIDER) + paid(EXCHANGE), paid(PROVIDER), paid(EXCHANGE), paid(SELLER)];
        const differences = [shown.grossCents, shown.royaltyCents, shown.feeCents, -shown.cents].map((cents, index) => cents - centsOf(real[index] ?? 0n));
        const away = differences.map((cents) => (cents < 0n ? -cents : cents));
        // What is left between four that are rounded is a share that was taken.
        expect(away.every((cents, index) => cents <= (ROUNDED[index] ?? 0n))).toBe(true);
        expect([shown.royaltyCents < 0n, shown.feeCents < 0n]).toEqual([false, false]);
        expect([royalty === 0 && shown.royaltyCents !== 0n && fee !== 0, fee === 0 && shown.feeCents !== 0n]).toEqual([false, false]);
      }),
    );
    const [line] = linesOf([rowOf({ kind: 'proceeds', reservationId: 'a@b~1', amount: -9_250_000n }, 0)]);
    expect(line && earnedLine(line, { royalty: 500, fee: 250 })).toMatchObject({ grossCents: 1_000n, royaltyCents: 50n, feeCents: 25n, cents: -925n });
  });
});

describe('a billing profile', () => {
  const fit = {
    ...{ legalName: 'Müller & Söhne', street: 'Μεγάλη Οδός 1', postalCode: '10115', city: 'Берлин', country: 'DE' },
    ...{ taxId: null, email: 'a@example.com', locale: 'de-DE' },
  };
  it.each<[object, readonly string[]]>([
    [{}, []],
    [{ legalName: ' ' }, ['legalName']],
    [{ city: 'x\u202ey' }, ['city']],
    [{ street: 'a\u0000' }, ['street']],
    [{ legalName: '株式会社', city: 'ירושלים', taxId: '税1' }, ['legalName', 'city', 'taxId']],
    [{ country: 'Germany', taxId: '', email: 'nobody', locale: 'it-IT' }, ['country', 'taxId', 'email', 'locale']],
    ...['XX', 'ZZ', 'EU', 'UK', 'XK', 'de', ' DE'].map((country): [object, readonly string[]] => [{ country }, ['country']]),
    [{ locale: 'de-XX' }, ['locale']],
    ...['-', '?', '10115!', 'x'.repeat(13), '10115 Berlin, Mitte'].map((postalCode): [object, readonly string[]] => [{ postalCode }, ['postalCode']]),
    ...['EC1A 1BB', '999077', '1010-001', 'A'].map((postalCode): [object, readonly string[]] => [{ postalCode }, []]),
    ...['1234', '100011', 'EC1A 1BB'].map((postalCode): [object, readonly string[]] => [{ country: 'US', postalCode }, ['postalCode']]),
    ...['10001', '10001-0001'].map((postalCode): [object, readonly string[]] => [{ country: 'US', postalCode }, []]),
    ...['none', '???', '-', 'DE12', 'DE 12345678X', 'de1234567890'].map((taxId): [object, readonly string[]] => [{ taxId }, ['taxId']]),
    ...['DE123456789', 'de 123 456 789', '12/345/67890', 'ATU12345678'].map((taxId): [object, readonly string[]] => [{ taxId }, []]),
    [{ country: 'GR', taxId: 'EL12345678' }, ['taxId']],
    [{ country: 'GR', taxId: 'EL123456789' }, []],
    [{ country: 'CH', taxId: 'CHE-123.456.789 MWST' }, []],
  ])('%j has these wrong: %j', (changes, fields) => {
    expect(checkProfile({ ...fit, ...changes }).map(({ field }) => field)).toEqual(fields);
  });

  it('says what a VAT number is like, and that there may be none', () => {
    expect(checkProfile({ ...fit, taxId: 'DE12' })).toEqual([
      { field: 'taxId', reason: 'is no VAT number of DE', accepted: 'one of VIES such as DE123456789, or the national tax number without DE; none: null' },
    ]);
  });

  it('is kept with one character for each letter', () => {
    expect(composed({ ...fit, legalName: 'Cafe\u0301', taxId: 'e\u0301' })).toEqual({ ...fit, legalName: 'Café', taxId: 'é' });
  });

  it('is told which characters no document can print, and which it can', () => {
    expect(checkProfile({ ...fit, legalName: '大阪 Ltd 大' })).toEqual([
      { field: 'legalName', reason: 'has what documents cannot print: 大 阪', accepted: 'Latin, Greek and Cyrillic letters, digits and common signs; other scripts in Latin letters' },
    ]);
  });
});
