import { hour } from '../../../../test/support/market.js';
import type { ReservationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import { addLot, dayOf, dueAt, payableDays, takeOldest } from './earnings.js';
import { noEarnings } from './earnings.state.js';

const lot = (reservation: string, earnedOn: Instant, amount: bigint) => ({
  ...{ kind: 'proceeds' as const, reservationId: reservation as ReservationId, payoutId: null, earnedOn },
  amount: amount as MicroUsd,
});

it('tells what is payable day by day, the oldest first, and when each day comes due', () => {
  const earnings = noEarnings();
  const [first, third] = [dayOf(hour(0)), dayOf(hour(48))];
  for (const one of [lot('C', third, 7n), lot('A', first, 30n), lot('B', first, 20n)]) addLot(earnings, one);
  const dues = [first, third].map((earnedOn) => dueAt({ earnedOn }, 7));
  expect(payableDays(earnings, 7)).toEqual([
    { earnedOn: first, dueAt: dues[0], amount: 50n },
    { earnedOn: third, dueAt: dues[1], amount: 7n },
  ]);
  takeOldest(earnings, 52n);
  expect(payableDays(earnings, 7)).toEqual([{ earnedOn: third, dueAt: dues[1], amount: 5n }]);
});
