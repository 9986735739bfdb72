import fc from 'fast-check';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { ReservationStatus } from '../../src/allocation/model/market.rejections.js';
import { after, FINAL_STATES, LIFECYCLE, moveOf } from '../../src/allocation/model/reservation.lifecycle.js';
import { marketCodec } from '../../src/allocation/application/market.codec.js';
import { marketProjection } from '../../src/allocation/projection/market.projection.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { ReservationId, TeamId } from '../../src/kernel/ids.js';
import { MINUTE_MS, plus } from '../../src/kernel/time.js';
import {
  bought,
  BUYER,
  hour,
  hours,
  POOL,
  PROVIDER,
  tokens,
  type MarketStory,
} from '../support/market.js';
import { marketStep, opened, play, type MarketStep } from '../support/market-steps.js';

type Known = Map<string, ReservationStatus>;

/** Every move that the published table holds, as `state move`. */
const PUBLISHED = Object.entries(LIFECYCLE).flatMap(([move, from]) =>
  Object.keys(from).map((state) => `${state} ${move}`),
);

/** Follows the table; says which of its moves were made. */
function follow(events: readonly MarketEvent[], states: Known): readonly string[] {
  return events.flatMap((event) => {
    const move = moveOf(event);
    if (move === null || !('reservationId' in event)) return [];
    const before = states.get(event.reservationId) ?? 'none';
    const next = after(before, move);
    expect([event.reservationId, before, move, next]).not.toContain(null);
    if (next !== null) states.set(event.reservationId, next);
    return [`${before} ${move}`];
  });
}

/** What the read model says of each reservation. */
function shown(events: readonly MarketEvent[]): Map<string, unknown> {
  const rows = new Map<string, unknown>();
  events.forEach((event, index) => {
    const place = { stream: 'market-m@q', version: index + 1, occurredAt: 0 };
    const recorded = { ...place, ...marketCodec.encode(event) } as unknown as RecordedEvent;
    for (const change of marketProjection.changesOf(recorded)) {
      if (change.table !== 'reservation' || change.kind === 'remove') continue;
      const [id, values] =
        change.kind === 'put'
          ? [change.row['reservation_id'], change.row]
          : [change.key['reservation_id'], change.values];
      if ('status' in values) rows.set(String(id), values['status']);
    }
  });
  return rows;
}

/**
 * Random histories seldom see a reservation to its end, take something back in its first hour, or
 * give back what was handed over.
 */
function seldom(): MarketStory[] {
  const begun = (): MarketStory =>
    bought().at(plus(hour(24), 10 * MINUTE_MS)).given({ type: 'AdvanceMarket' });
  const asked = { curtailmentId: 'C', poolId: POOL, providerId: PROVIDER, cause: 'outage' } as const;
  const curtail = { type: 'CurtailPool', ...asked, window: hours(24, 28) } as const;
  const part = { reservationId: 'T' as ReservationId, holderId: BUYER };
  return [
    begun().at(hour(28)).given({ type: 'AdvanceMarket' }),
    begun().given({ ...curtail, quantity: tokens(1_000) }),
    begun().given({ ...curtail, quantity: tokens(950) }),
    bought().given(
      {
        ...{ type: 'TransferReservation', ...part, sourceId: 'R' as ReservationId },
        ...{ teamId: 'team' as TeamId, window: hours(24, 26), quantity: tokens(10) },
      },
      { type: 'ReturnTransfer', ...part },
    ),
  ];
}

describe('the life of a reservation', () => {
  it('is the published one, in events, in memory and in the read model; and all of it happens', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(marketStep, { maxLength: 60, size: 'max' }), (steps) => {
        const story = opened(null);
        play(story, steps as unknown as MarketStep[]);
        const states: Known = new Map();
        for (const move of follow(story.events, states)) seen.add(move);
        const live = [...states].filter(([, state]) => !FINAL_STATES.includes(state));
        const inMemory = [...story.state.reservations.values()];
        expect(inMemory.map(({ reservationId, status }) => [reservationId, status]).sort()).toEqual(live.sort());
        expect(shown(story.events)).toEqual(states);
      }),
      { numRuns: 500 },
    );
    for (const { events } of seldom()) {
      for (const move of follow(events, new Map())) seen.add(move);
    }
    expect([...seen].sort()).toEqual([...PUBLISHED].sort());
  });
});
