import type { MarketId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../kernel/money.js';
import { ZERO } from '../../kernel/step-function.js';
import type { Seen } from './lane.order.js';
import type { Lane } from './lane.js';
import { standingAfter, standingsOf } from './lane.standing.js';
import type { Policy } from './routing.js';

const weights = { input: 1_000 as BasisPoints, cachedInput: 100 as BasisPoints, reasoning: 10_000 as BasisPoints };

function watched(name: string, seen: Partial<Seen> = {}, changes: Partial<Lane> = {}): { readonly lane: Lane; readonly seen: Seen } {
  const lane: Lane = {
    ...{ reservationId: name as ReservationId, marketId: 'm@fp8' as MarketId, poolId: 'p' as PoolId, quantity: ZERO, unitPrice: 10n as UnitPrice, weights },
    ...{ ttftPromisedMs: 400, tpotPromisedMs: 5, vendor: 'openai', contextLength: 1_000, endpoint: { url: 'https://example.com/v1', credential: null } },
    ...changes,
  };
  return { lane, seen: { requests: 50, failureShare: 0, firstTokens: 50, ttftP95: 200, ...seen } };
}

const told = (policy: Policy, ...lanes: readonly ReturnType<typeof watched>[]): readonly string[] =>
  standingsOf(policy, lanes).map(({ lane, standing }) => {
    const than = 'than' in standing ? ` than ${standing.than.lane.reservationId}` : '';
    return `${lane.reservationId} ${standing.kind === 'retreated' ? standing.why : standing.kind}${than}`;
  });

const canary: Policy = { kind: 'canary', reservationId: 'new' as ReservationId, share: 500 };
const base = watched('base');

describe('how lanes stand', () => {
  it.each<[string, Partial<Seen>, string]>([
    ['as fast as the other', {}, 'new canary than base'],
    ['half as slow again', { ttftP95: 300 }, 'new canary than base'],
    ['slower than that', { ttftP95: 301 }, 'new slower than base'],
    ['with too few requests', { requests: 19, ttftP95: 900, failureShare: 1 }, 'new on-trial'],
    ['with too few first tokens to be slow', { firstTokens: 19, ttftP95: 900 }, 'new canary than base'],
    ['that fails one in twenty', { failureShare: 0.05 }, 'new canary than base'],
    ['that fails more', { failureShare: 0.06 }, 'new fails-more than base'],
  ])('a canary %s', (_, seen, standing) => {
    expect(told(canary, base, watched('new', seen))).toEqual([standing, 'base in-order']);
  });

  it('a canary is compared with the best other lane of its model, by promise while little is measured', () => {
    const slow = watched('slow', { ttftP95: 900 });
    const other = watched('other', { ttftP95: 1 }, { marketId: 'n@fp8' as MarketId });
    const unmeasured = watched('unmeasured', { firstTokens: 7, ttftP95: 1 });
    expect(told(canary, slow, other, unmeasured, watched('new', { ttftP95: 601 }))).toEqual([
      ...['new slower than unmeasured', 'unmeasured in-order', 'slow in-order', 'other in-order'],
    ]);
    expect(told(canary, other, watched('new', { ttftP95: 9_000 }))).toEqual(['new on-trial', 'other in-order']);
  });

  it('in the order of the policy, market by market', () => {
    const [dear, cheap] = [watched('a', { ttftP95: 100 }, { unitPrice: 20n as UnitPrice }), watched('b', { ttftP95: 300 })];
    expect(told({ kind: 'lowest-ttft' }, cheap, dear)).toEqual(['a in-order', 'b in-order']);
    expect(told({ kind: 'lowest-cost' }, dear, cheap)).toEqual(['b in-order', 'a in-order']);
    expect(told({ kind: 'pinned', reservationId: 'b' as ReservationId }, dear, cheap)).toEqual(['b pinned', 'a unused']);
  });

  it('with what a canary was compared with: measured, or promised while too little was', () => {
    const than = (...lanes: readonly ReturnType<typeof watched>[]): unknown => standingsOf(canary, lanes).map(({ standing }) => standing)[0];
    expect(than(watched('base', { ttftP95: 250, failureShare: 0.25 }), watched('new'))).toMatchObject({ than: { expectedTtft: 250, failureShare: 0.25 } });
    expect(than(watched('base', { firstTokens: 7 }), watched('new'))).toMatchObject({ than: { expectedTtft: 400, failureShare: 0 } });
  });

  it('after a place goes on where it was, also when its lane is gone', () => {
    const lanes = [
      ...[watched('new', { ttftP95: 900 }), watched('a', { ttftP95: 100 }), watched('b', { ttftP95: 200 }), watched('c', { ttftP95: 200 })],
      watched('z', { ttftP95: 1 }, { marketId: 'n@fp8' as MarketId }),
    ];
    const all = standingsOf(canary, lanes);
    expect(all.map(({ lane }) => lane.reservationId)).toEqual(['new', 'a', 'b', 'c', 'z']);
    all.forEach((gone, index) => {
      const left = standingsOf(canary, lanes.filter((one) => one.lane !== gone.lane));
      const expected = all.slice(index + 1).map(({ lane }) => lane.reservationId);
      for (const now of [all, left]) expect(standingAfter(now, gone.place).map(({ lane }) => lane.reservationId)).toEqual(expected);
    });
  });
});
