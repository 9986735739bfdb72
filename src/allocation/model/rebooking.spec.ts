import { BUYER, hold, hour, hours, list, MarketStory, openPool, pay, price, tokens } from '../../../test/support/market.js';
import type { PoolId } from '../../kernel/ids.js';
import { HOUR_MS } from '../../kernel/time.js';
import type { Rebooking } from './curtailment.state.js';
import { UNCONSTRAINED } from './order.state.js';
import { termsFor } from './rebooking.js';

const WANTED: Rebooking = { limitPrice: price(150), timeInForce: { kind: 'GTC' }, constraints: UNCONSTRAINED, minimumFill: tokens(1), isAllOrNone: false };

describe('what is bid in place of what is lost', () => {
  const REST = { kind: 'GTD', restsFor: HOUR_MS } as const;
  it.each<[string, Partial<Rebooking>, object]>([
    ['takes any part', {}, { timeInForce: { kind: 'GTC' }, minimumFill: 1n }],
    ['is filled whole at once', { timeInForce: { kind: 'FOK' } }, { timeInForce: { kind: 'FOK' }, minimumFill: 1n }],
    ['rests from the curtailment on', { timeInForce: REST }, { timeInForce: { kind: 'GTD', until: hour(25) } }],
    ['has a least', { minimumFill: tokens(20) }, { minimumFill: 20n }],
    ['has a least that is all of less', { minimumFill: tokens(80) }, { minimumFill: 50n }],
    ['is all or none', { isAllOrNone: true }, { minimumFill: 50n }],
  ])('%s', (_what, changes, expected) => {
    const terms = termsFor({ ...WANTED, ...changes }, { quantity: tokens(50), curtailedAt: hour(24) });
    expect(terms).toMatchObject({ limitPrice: 150n, constraints: UNCONSTRAINED, ...expected });
  });

  it('has a least in lots that it can reach', () => {
    const story = new MarketStory().given(openPool({ lotSize: tokens(100) }), list('L', hours(24, 28), 900), hold('R', 'L', hours(24, 28), 900), pay('R', 360_000));
    const ask = (minimumFill: number): unknown =>
      story.ask({ type: 'SetRebooking', reservationId: 'R', holderId: BUYER, rebooking: { ...WANTED, minimumFill: tokens(minimumFill) } } as never);
    const rejection = { code: 'OFF_LOT', field: 'minimumFill', lotSize: 100n };
    expect(ask(150)).toMatchObject({ accepted: false, rejection: { ...rejection, below: 100n, above: 200n } });
    expect(ask(40)).toMatchObject({ accepted: false, rejection: { ...rejection, below: null, above: 100n } });
    expect([ask(1), ask(200)]).toMatchObject([{ accepted: true }, { accepted: true }]);
    story.given(openPool({ poolId: 'pool-2' as PoolId, lotSize: tokens(50) }));
    expect(ask(150)).toMatchObject({ accepted: true });
  });
});
