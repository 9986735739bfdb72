import { MINUTE_MS, plus } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { hold, hour, hours, list, MarketStory, openPool, OTHER, pay, POOL, PROVIDER, tokens } from '../../../test/support/market.js';
import { auditMarket } from './market.audit.js';
import { marketDecider } from './market.decide.js';
import type { ReservationCurtailed } from './market.events.js';

/** What an outage takes from whom, with the market audited after every single event. */
function lossesOf(story: MarketStory, quantity: number, window: Window): readonly ReservationCurtailed[] {
  const asked = { curtailmentId: 'C1', poolId: POOL, providerId: PROVIDER, window, quantity: tokens(quantity) };
  const decision = story.ask({ type: 'CurtailPool', ...asked, cause: 'outage' });
  if (!decision.accepted) throw new Error(decision.rejection.code);
  for (const event of decision.events) {
    marketDecider.evolve(story.state, event);
    auditMarket(story.state);
  }
  return decision.events.filter((event): event is ReservationCurtailed => event.type === 'ReservationCurtailed');
}

describe('a curtailment that was sent before an hour was over, and is decided on after it', () => {
  // By a process that stood still meanwhile, or whose clock is behind.
  const late = (): MarketStory =>
    new MarketStory()
      .given(
        openPool(),
        list('L1', hours(24, 25), 600),
        list('L2', hours(24, 28), 400),
        hold('R1', 'L1', hours(24, 25), 600),
        pay('R1', 60_000),
        hold('R2', 'L2', hours(24, 28), 400, OTHER),
        pay('R2', 160_000),
      )
      .at(plus(hour(25), MINUTE_MS))
      .given({ type: 'AdvanceMarket' })
      .at(plus(hour(24), 50 * MINUTE_MS));

  it.each([[1_000, 400], [800, 400], [300, 300]])('takes %i of that hour from who is still there, %i at most', (quantity, lost) => {
    const [loss] = lossesOf(late(), quantity, hours(24, 25));
    expect(loss).toMatchObject({ reservationId: 'R2', lostTitle: [{ window: hours(24, 25), value: BigInt(lost) }] });
  });

  it('takes nothing where all of it was delivered', () => {
    const story = late().at(plus(hour(28), MINUTE_MS)).given({ type: 'AdvanceMarket' }).at(plus(hour(24), 50 * MINUTE_MS));
    expect(lossesOf(story, 1_000, hours(24, 25))).toEqual([]);
  });
});
