import { accept, reject, type Decision } from '../../kernel/decider.js';
import { BASIS_POINTS_WHOLE, divideHalfEven, type MicroUsd } from '../../kernel/money.js';
import { priceLeft } from '../../kernel/proration.js';
import type { Quantity } from '../../kernel/quantity.js';
import {
  add,
  equals,
  integralOver,
  minimumOver,
  positivePart,
  rectangle,
  segmentsOf,
  subtract,
} from '../../kernel/step-function.js';
import { ceilToGrid } from '../../kernel/time.js';
import { durationOf } from '../../kernel/window.js';
import { ClaimIndex, type Cut } from './curtailment.claims.js';
import { draftOf } from './curtailment.draft.js';
import { reclaimRefusal } from './curtailment.notice.js';
import { shareOut, type Share, type Shares } from './curtailment.shares.js';
import { lotSizesFor, smallestOf } from './lot-size.rules.js';
import type { CurtailPool } from './market.commands.js';
import type { MarketEvent, PoolCurtailed, ReservationCurtailed } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState, PoolState } from './market.state.js';
import { termsOf } from './market.terms.js';
import { quotesBroken } from './quote.decide.js';
import { UNCONSTRAINED } from './order.state.js';
import { isTransfer, worthOf } from './transfer.decide.js';
import { afterCurtailment } from './waitlist.decide.js';
import { checkWindow } from './window.rules.js';

/**
 * Takes capacity back: first what is not sold, then of every title its part. Claims on it shrink
 * before it does, so that after every event nobody has sold what they do not have.
 */
export function curtailPool(
  command: CurtailPool,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { poolId, providerId, now } = command;
  const pool = state.pools.get(poolId);
  if (pool?.facts.providerId !== providerId) return reject({ code: 'POOL_NOT_FOUND' });
  const misfit = checkAsked(command, pool);
  if (misfit !== null) return reject(misfit);
  const shares = shareOut(state, pool, command);
  const claims = new ClaimIndex(state, poolId);
  const unsold = claims.cut({ kind: 'pool' }, pool.root, shares.unsold);
  const refusal = reclaimRefusal(command, pool, { sold: shares.sold, unsold });
  if (refusal !== null) return reject(refusal);
  const cuts = [unsold, ...shares.sold.map((share) => cutShare(claims, share))];
  const curtailed: MarketEvent[] = [
    ...cuts.flatMap(({ events }) => events),
    poolCurtailed(command, pool, shares),
    ...shares.sold.map((share) => ({
      ...reservationCurtailed(command, pool, share),
      rebookingLotSize: rebookingLotSize(state, share),
    })),
  ];
  const draft = draftOf(state, poolId, curtailed);
  return accept<MarketEvent>(
    ...curtailed,
    ...quotesBroken(state, now, curtailed),
    ...afterCurtailment(draft, command, poolId, curtailed),
  );
}

/** An outage may begin in the grid cell that is running, a reclaim with the next one. */
function checkAsked(
  { window, quantity, cause, now }: CurtailPool,
  { facts: { grid, nameplate } }: PoolState,
): MarketRejection | null {
  const from = cause === 'outage' ? now : ceilToGrid(now, grid);
  const misfit = checkWindow(window, grid, from);
  if (misfit !== null) return misfit;
  const available = minimumOver(nameplate, window) as Quantity;
  return available < quantity ? { code: 'NAMEPLATE_EXCEEDED', available } : null;
}

function cutShare(claims: ClaimIndex, { reservation, lostTitle }: Share): Cut {
  const { reservationId, lot } = reservation;
  return claims.cut({ kind: 'reservation', reservationId }, lot, lostTitle);
}

function poolCurtailed(
  { type: _type, now: curtailedAt, seed: _seed, ...asked }: CurtailPool,
  { root }: PoolState,
  { unsold }: Shares,
): PoolCurtailed {
  const offered = positivePart(subtract(unsold, subtract(root.title, root.committed)));
  const taken = { unsold: segmentsOf(unsold), offered: segmentsOf(offered) };
  return { type: 'PoolCurtailed', ...asked, curtailedAt, ...taken };
}

function reservationCurtailed(
  { curtailmentId, cause, now }: CurtailPool,
  pool: PoolState,
  share: Share,
): Omit<ReservationCurtailed, 'rebookingLotSize'> {
  const { reservation, lostTitle, lost } = share;
  const { reservationId, poolId, holderId, window, quantity, lot, rebooking } = reservation;
  const { providerId, grid } = pool.facts;
  const after = { ...reservation, lost: add(reservation.lost, lost) };
  return {
    type: 'ReservationCurtailed',
    ...{ curtailmentId, reservationId, poolId, providerId, holderId, cause, curtailedAt: now, grid },
    ...{ window, quantity, lost: segmentsOf(lost), lostTitle: segmentsOf(lostTitle) },
    entitlement: segmentsOf(subtract(lot.title, lostTitle)),
    refund: (priceLeft(reservation) - priceLeft(after)) as MicroUsd,
    penalty: penaltyFor(pool, share, cause),
    isWhole: equals(after.lost, rectangle(window, quantity)),
    isTransfer: isTransfer(reservation),
    rebooking,
  };
}

function rebookingLotSize({ pools }: MarketState, { reservation: { rebooking } }: Share): Quantity {
  const constraints = rebooking?.constraints ?? UNCONSTRAINED;
  return smallestOf(lotSizesFor(pools, constraints));
}

/** Of what the holder themself lost, by the terms it was sold under; a provider owes itself nothing. */
function penaltyFor(
  { facts, termsVersions }: PoolState,
  { reservation, lostTitle }: Share,
  cause: CurtailPool['cause'],
): MicroUsd {
  const { holderId, termsVersion, quantity, window } = reservation;
  if (holderId === facts.providerId) return 0n as MicroUsd;
  const share = BigInt(termsOf(termsVersions, termsVersion).curtailment.penaltyShare[cause]);
  const whole = quantity * BigInt(durationOf(window)) * BASIS_POINTS_WHOLE;
  const part = integralOver(lostTitle, window) * share;
  return divideHalfEven(worthOf(reservation) * part, whole) as MicroUsd;
}
