import { bought, BUYER, hold, hour, hours, list, pay, tokens, type MarketStory } from '../../../test/support/market.js';
import type { ReservationId, TeamId } from '../../kernel/ids.js';
import { segmentsOf } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import { teamUseOf } from './transfer.state.js';

const [R, S] = ['R' as ReservationId, 'S' as ReservationId];
const [SEARCH, ADS] = ['team-search' as TeamId, 'team-ads' as TeamId];

const transfer = (to: string, from: string, [teamId, window, quantity]: readonly [TeamId | null, Window, number]) => ({
  type: 'TransferReservation' as const,
  ...{ reservationId: to as ReservationId, sourceId: from as ReservationId, holderId: BUYER },
  ...{ teamId, window, quantity: tokens(quantity) },
});

/** Of R, which is 100 tokens/s from hour 24 to 28. */
const use = ({ state }: MarketStory, reservationId = R): readonly string[] =>
  (teamUseOf(state, reservationId)?.teams ?? []).flatMap(({ teamId, had }) =>
    segmentsOf(had).map(({ window, value }) => `${teamId} ${(window.start - hour(0)) / 3_600_000}-${(window.end - hour(0)) / 3_600_000}: ${value}`),
  );

describe('what teams have of a reservation', () => {
  it('is nothing where nothing was handed over', () => {
    expect(teamUseOf(bought().state, R)).toBeNull();
  });

  it('is handed on, and back to all of them, with what it was bought with', () => {
    const story = bought().given(transfer('T', 'R', [SEARCH, hours(25, 28), 50]), transfer('U', 'T', [ADS, hours(27, 28), 25]));
    expect(use(story)).toEqual(['team-search 25-27: 50', 'team-search 27-28: 25', 'team-ads 27-28: 25']);
    story.given(transfer('V', 'U', [null, hours(27, 28), 5]));
    expect(use(story).at(-1)).toBe('team-ads 27-28: 20');
    expect(teamUseOf(story.state, R)?.quantity).toBe(100n);
    expect(teamUseOf(story.state, 'T' as ReservationId)).toBeNull();
  });

  it('was never there when it is given back before it begins', () => {
    const story = bought().given(transfer('T', 'R', [SEARCH, hours(25, 28), 50]));
    story.given({ type: 'ReturnTransfer', reservationId: 'T' as ReservationId, holderId: BUYER });
    expect(teamUseOf(story.state, R)).toBeNull();
  });

  it('is known until a day after all of it, whatever is over of it', () => {
    const story = bought().given(list('M', hours(24, 60), 10), hold('S', 'M', hours(50, 60), 10), pay('S', 10_000));
    story.given(transfer('T', 'R', [SEARCH, hours(25, 26), 50]));
    story.at(hour(51)).given(transfer('X', 'S', [ADS, hours(52, 53), 5]));
    expect(use(story)).toHaveLength(1);
    story.at(hour(52)).given(transfer('Y', 'S', [ADS, hours(53, 54), 5]));
    expect([use(story), use(story, S)]).toEqual([[], ['team-ads 52-54: 5']]);
  });
});
