import {
  bought,
  BUYER,
  DUE,
  hold,
  hour,
  hours,
  list,
  MarketStory,
  openPool,
  OTHER,
  pay,
  price,
  PROVIDER,
  rejection,
  resell,
  saleTerms,
  sent,
  tokens,
} from '../../../test/support/market.js';
import type { OrganizationId, ReservationId, TeamId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { segmentsOf } from '../../kernel/step-function.js';
import { auditMarket } from './market.audit.js';
import type { OwnedReservation } from './market.state.js';
import { titlesOf } from './titles.js';
import { CHAIN_MAX } from './transfer.decide.js';

const SEARCH = 'team-search' as TeamId;
const ADS = 'team-ads' as TeamId;
const id = (text: string): ReservationId => text as ReservationId;

interface Part {
  readonly window?: ReturnType<typeof hours>;
  readonly quantity?: number;
  readonly teamId?: TeamId | null;
  readonly holderId?: OrganizationId;
}

/** The reservation R of these tests is 100 tokens/s from hour 24 to 28. */
const transfer = (to: string, from: string, part: Part = {}) => ({
  type: 'TransferReservation' as const,
  reservationId: id(to),
  sourceId: id(from),
  holderId: part.holderId ?? BUYER,
  teamId: part.teamId === undefined ? SEARCH : part.teamId,
  window: part.window ?? hours(25, 27),
  quantity: tokens(part.quantity ?? 50),
});

const giveBack = (reservationId: string, holderId = BUYER) => ({
  type: 'ReturnTransfer' as const,
  reservationId: id(reservationId),
  holderId,
});

const cancel = (reservationId: string) => ({
  type: 'CancelReservation' as const,
  reservationId: id(reservationId),
  holderId: BUYER,
  feeAccepted: 10n ** 12n as MicroUsd,
});

const owned = (story: MarketStory, reservationId: string): OwnedReservation =>
  story.state.reservations.get(id(reservationId)) as OwnedReservation;
const titleOf = (story: MarketStory, reservationId: string): string =>
  segmentsOf(owned(story, reservationId).lot.title)
    .map(({ window, value }) => `${(window.start - hour(0)) / 3_600_000}-${(window.end - hour(0)) / 3_600_000}: ${value}`)
    .join(', ');

describe('handing over to a team', () => {
  it.each([
    ['of nothing', transfer('T', 'none'), 'RESERVATION_NOT_FOUND'],
    ['of another’s', transfer('T', 'R', { holderId: OTHER }), 'RESERVATION_NOT_FOUND'],
    ['off the grid', transfer('T', 'R', { window: { start: hour(25), end: (hour(26) + 1) as never } }), 'OFF_GRID'],
    ['in the past', transfer('T', 'R', { window: hours(-3, 25) }), 'WINDOW_IN_PAST'],
    ['beyond the window', transfer('T', 'R', { window: hours(23, 25) }), 'OUTSIDE_OFFER'],
    ['to who has it', transfer('T', 'R', { teamId: null, quantity: 500 }), 'SAME_TEAM'],
    ['more than there is', transfer('T', 'R', { quantity: 101 }), 'INSUFFICIENT_TITLE'],
    ['all of it', transfer('T', 'R', { window: hours(24, 28), quantity: 100 }), 'ReservationTransferred'],
  ])('%s', (_what, command, answer) => {
    const story = bought();
    expect(sent(story.send(command))).toBe(answer);
    auditMarket(story.state);
  });

  it('moves no title and no money, and takes the part out of what it is cut from', () => {
    const story = bought();
    const before = titlesOf(story.state, owned(story, 'R').poolId);
    story.given(transfer('T', 'R'));
    expect(titleOf(story, 'R')).toBe('24-25: 100, 25-27: 50, 27-28: 100');
    expect(titleOf(story, 'T')).toBe('25-27: 50');
    expect(owned(story, 'T')).toMatchObject({
      ...{ teamId: SEARCH, sellerId: BUYER, holderId: BUYER, amount: 0n, orderId: null },
      ...{ unitPrice: owned(story, 'R').unitPrice, paidAt: owned(story, 'R').paidAt, hops: 0 },
    });
    expect(titlesOf(story.state, owned(story, 'R').poolId)).toEqual(before);
    auditMarket(story.state);
  });

  it('is allowed where resale is not', () => {
    const story = new MarketStory().given(
      openPool({ terms: saleTerms({ isTransferable: false }) }),
      ...[list('L'), hold('R', 'L'), pay('R', DUE)],
    );
    expect(sent(story.ask(resell('S', 'R', hours(25, 27), 1)))).toBe('NOT_TRANSFERABLE');
    expect(sent(story.send(transfer('T', 'R')))).toBe('ReservationTransferred');
  });

  it('cannot take what is listed', () => {
    const story = bought().given(resell('S', 'R', hours(25, 27), 80));
    expect(rejection(story.ask(transfer('T', 'R')))).toEqual({
      code: 'INSUFFICIENT_TITLE',
      available: 20n,
    });
  });

  it('goes on from team to team, but not for ever', () => {
    const story = bought();
    const teams = [SEARCH, ADS];
    let from = 'R';
    for (let link = 2; link <= CHAIN_MAX; link += 1) {
      const to = `T${link}`;
      story.given(transfer(to, from, { teamId: teams[link % 2] as TeamId }));
      from = to;
    }
    expect(rejection(story.ask(transfer('X', from, { teamId: null })))).toEqual({
      code: 'CHAIN_TOO_LONG',
      chainMax: CHAIN_MAX,
    });
    auditMarket(story.state);
  });

  it('counts no hop: what was handed over is resold under the terms it was bought with', () => {
    const story = bought().given(transfer('T', 'R'), resell('S', 'T', hours(25, 27), 50));
    story.given(hold('H', 'S', hours(25, 27), 50, OTHER), pay('H', 10_000));
    expect(owned(story, 'H')).toMatchObject({ hops: 1, sellerId: BUYER, holderId: OTHER });
    expect(titleOf(story, 'T')).toBe('');
    auditMarket(story.state);
  });

  it('is served and over like any other', () => {
    const story = bought().given(transfer('T', 'R'));
    story.at(hour(25)).given({ type: 'AdvanceMarket' });
    expect(owned(story, 'T').status).toBe('active');
    story.at(hour(27)).given({ type: 'AdvanceMarket' });
    expect(owned(story, 'T')).toBeUndefined();
    auditMarket(story.state);
  });
});

describe('giving back what was handed over', () => {
  it.each([
    ['what is not there', giveBack('none'), 0, 'RESERVATION_NOT_FOUND'],
    ['another’s', giveBack('T', OTHER), 0, 'RESERVATION_NOT_FOUND'],
    ['what was bought', giveBack('R'), 0, 'NOT_TRANSFERRED'],
    ['what has begun', giveBack('T'), 25, 'WRONG_STATE'],
    ['the whole part', giveBack('T'), 24, 'TransferReturned'],
  ])('%s', (_what, command, at, answer) => {
    const story = bought().given(transfer('T', 'R')).at(hour(at));
    expect(sent(story.send(command))).toBe(answer);
    auditMarket(story.state);
  });

  it('makes it one with what it was cut from', () => {
    const story = bought().given(transfer('T', 'R'), giveBack('T'));
    expect(titleOf(story, 'R')).toBe('24-28: 100');
    expect(owned(story, 'T')).toBeUndefined();
  });

  it('is refused where part of the part is elsewhere', () => {
    const story = bought().given(transfer('T', 'R'), resell('S', 'T', hours(25, 27), 1));
    const refused = () => rejection(story.ask(giveBack('T')));
    expect(refused()).toEqual({ code: 'RESERVATION_ENCUMBERED', encumbrance: 'listed' });
    story.given(hold('H', 'S', hours(25, 27), 1, OTHER), pay('H', 200));
    expect(refused()).toEqual({ code: 'RESERVATION_ENCUMBERED', encumbrance: 'resold' });
  });
});

describe('cancelling what is handed over', () => {
  it('is for what was bought, once all of it is back', () => {
    const story = bought().given(transfer('T', 'R'));
    expect(rejection(story.ask(cancel('T')))).toEqual({ code: 'TRANSFERRED', sourceId: 'R' });
    expect(rejection(story.ask(cancel('R')))).toEqual({
      code: 'RESERVATION_ENCUMBERED',
      encumbrance: 'transferred',
    });
    story.given(giveBack('T'));
    expect(sent(story.send(cancel('R')))).toBe('ReservationCancelled');
  });
});

describe('a curtailment of what is handed over', () => {
  it('refunds what was paid for once, and pays the penalty for what the team loses', () => {
    const whole = { window: hours(24, 28), quantity: 100 };
    const plain = bought();
    const handed = bought().given(transfer('T', 'R', whole));
    const curtail = {
      type: 'CurtailPool' as const,
      curtailmentId: 'C',
      poolId: owned(plain, 'R').poolId,
      providerId: PROVIDER,
      window: hours(25, 27),
      quantity: tokens(950),
      cause: 'outage' as const,
    };
    const losses = (story: MarketStory) => {
      story.given(curtail);
      auditMarket(story.state);
      return story.events.filter((event) => event.type === 'ReservationCurtailed');
    };
    const [alone] = losses(plain);
    const [part, source] = losses(handed);
    expect(part).toMatchObject({ reservationId: 'T', refund: 0n, penalty: alone?.penalty });
    expect(source).toMatchObject({ reservationId: 'R', refund: alone?.refund, penalty: 0n });
    expect(alone?.penalty).toBeGreaterThan(price(0));
  });
});
