import { findReversal } from './reversal-search.js';

const reversal = (reversalId: string, askedAs: string | null, cents: number) => ({ reversalId, askedAs, amountCents: BigInt(cents) });

describe('a reversal whose key is forgotten', () => {
  it.each([
    ['is found by its name, whatever its amount', [reversal('trr_1', null, 500), reversal('trr_2', 'ours', 400)], { kind: 'found', reversalId: 'trr_2' }],
    ['may be one of the same amount that has none', [reversal('trr_1', null, 500)], { kind: 'unclear' }],
    ['is not one of another amount without a name', [reversal('trr_1', null, 400)], { kind: 'never-made' }],
    ['is not one of another name', [reversal('trr_1', 'theirs', 500)], { kind: 'never-made' }],
    ['was never made where there is none', [], { kind: 'never-made' }],
  ])('%s', (_what, reversals, found) => {
    expect(findReversal(reversals, { askedAs: 'ours', amountCents: 500n })).toEqual(found);
  });
});
