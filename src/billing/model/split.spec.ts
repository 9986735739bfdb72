import fc from 'fast-check';
import { basisPoints, EXCHANGE, PROVIDER, reservation, SELLER, splitOf, usd } from '../../../test/support/ledger.js';
import { partsOf, transfersOf } from './split.js';

const shares = (fee: number, royalty: number): ReturnType<typeof splitOf> =>
  splitOf({ fee: basisPoints(fee), royalty: basisPoints(royalty) });

describe('the parts of an amount', () => {
  it.each([
    // amount        fee    royalty   seller       royalty    fee
    [0n, 250, 500, 0n, 0n, 0n],
    [1n, 250, 500, 1n, 0n, 0n],
    [6_000_000n, 250, 0, 5_850_000n, 0n, 150_000n],
    [6_000_000n, 250, 500, 5_550_000n, 300_000n, 150_000n],
    // Ties go to the even unit: 0.5 to 0, 1.5 to 2.
    [20n, 250, 0, 20n, 0n, 0n],
    [60n, 250, 0, 58n, 0n, 2n],
    // Three parts of a cent: nothing is lost.
    [10_000n, 3_333, 3_333, 3_334n, 3_333n, 3_333n],
    [1n, 3_333, 3_333, 1n, 0n, 0n],
    [3n, 5_000, 5_000, 0n, 1n, 2n],
    // A fee is taken first, and no part is below zero.
    [1_000n, 10_000, 5_000, 0n, 0n, 1_000n],
    [1_000n, 250, 10_000, 0n, 975n, 25n],
    [10n ** 15n, 250, 500, 925_000_000_000_000n, 50_000_000_000_000n, 25_000_000_000_000n],
  ])('%s at %s and %s', (amount, fee, royalty, ...expected) => {
    const parts = partsOf(usd(amount), shares(fee, royalty));
    expect([parts.seller, parts.royalty, parts.fee]).toEqual(expected);
  });

  const share = fc.integer({ min: 0, max: 5_000 });
  const amount = fc.oneof(fc.bigInt({ min: 0n, max: 500n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));

  it('sum to the whole, are within one unit of their share, and only grow', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 5n }), share, share, (before, more, fee, royalty) => {
        const split = shares(fee, royalty);
        const from = partsOf(usd(before), split);
        const to = partsOf(usd(before + more), split);
        expect(to.seller + to.royalty + to.fee).toBe(before + more);
        for (const [part, of] of [[to.fee, fee], [to.royalty, royalty]] as const) {
          const error = part * 10_000n - (before + more) * BigInt(of);
          expect(error <= 10_000n && error >= -10_000n).toBe(true);
        }
        expect(to.seller >= from.seller && to.royalty >= from.royalty && to.fee >= from.fee).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('transfers', () => {
  const portion = { reservationId: reservation('R'), kind: 'proceeds', name: 'delivered/1' } as const;

  it('say who gets what for what, and leave out nothing but nothing', () => {
    const moved = { split: splitOf(), before: usd(1_000), after: usd(3_000) };
    expect(transfersOf({ ...portion, ...moved })).toEqual([
      { transferId: 'R/delivered/1/proceeds', toId: SELLER, kind: 'proceeds', amount: 1_850n, evidence: null, parts: [] },
      { transferId: 'R/delivered/1/royalty', toId: PROVIDER, kind: 'royalty', amount: 100n, evidence: null, parts: [] },
      { transferId: 'R/delivered/1/fee', toId: EXCHANGE, kind: 'fee', amount: 50n, evidence: null, parts: [] },
    ]);
    const free = { split: shares(0, 0), before: usd(1_000), after: usd(1_001) };
    expect(transfersOf({ ...portion, ...free })).toMatchObject([{ kind: 'proceeds', amount: 1n, evidence: null }]);
    expect(transfersOf({ ...portion, split: splitOf(), before: usd(7), after: usd(7) })).toEqual([]);
  });
});
