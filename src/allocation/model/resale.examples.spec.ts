import type { ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { DAY_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import {
  BUYER,
  bought,
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
  rejection,
  resell,
  saleTerms,
  sent,
} from '../../../test/support/market.js';

const THIRD = 'org-third' as typeof OTHER;
const WINDOW = hours(48, 52);
const RESALE = { hopsMax: 2, priceCap: 11_000 as BasisPoints, holdingTimeMin: DAY_MS };

/** The example of docs/MARKET.md: A bought 100 tokens/s for four hours at 100, at hour 0. */
const market = (resale: Parameters<typeof saleTerms>[0] = RESALE): MarketStory =>
  new MarketStory().given(
    openPool({ terms: saleTerms(resale) }),
    list('L', hours(24, 72)),
    hold('A', 'L', WINDOW),
    pay('A', DUE),
  );
const offer = (id: string, of: string, ...[unitPrice, seller = BUYER]: readonly [number, typeof OTHER?]) =>
  ({ ...resell(id, of, WINDOW, 50, seller), unitPrice: price(unitPrice) }) as ReturnType<typeof resell>;

/** B has bought 50 of it from A at 110, at hour 24. */
const sold = (): MarketStory =>
  market().at(hour(24)).given(offer('S', 'A', 110), hold('B', 'S', WINDOW, 50, OTHER), pay('B', 22_000));
/** And C those from B at 121, a day later. */
const soldAgain = (): MarketStory =>
  sold().at(hour(48)).given(offer('T', 'B', 121, OTHER), hold('C', 'T', WINDOW, 50, THIRD), pay('C', 24_200));

describe('terms of resale, as the example has them', () => {
  it.each<[what: string, story: () => MarketStory, command: ReturnType<typeof offer>, refused: unknown]>([
    ['before it has been held for a day', () => market().at((hour(24) - 1) as Instant), offer('X', 'A', 110), { code: 'HELD_TOO_BRIEFLY', listableFrom: hour(24) }],
    ['at the cap, a day later', () => market().at(hour(24)), offer('X', 'A', 110), null],
    ['above the cap', () => market().at(hour(24)), offer('X', 'A', 111), { code: 'PRICE_ABOVE_CAP', unitPriceMax: 110n }],
    ['by the second holder, of what that one paid', () => sold().at(hour(48)), offer('X', 'B', 121, OTHER), null],
    ['and no more', () => sold().at(hour(48)), offer('X', 'B', 122, OTHER), { code: 'PRICE_ABOVE_CAP', unitPriceMax: 121n }],
    ['by the third', () => soldAgain().at(hour(48)), offer('X', 'C', 1, THIRD), { code: 'HOPS_EXHAUSTED', hopsMax: 2 }],
    ['where it is not allowed', () => market({ isTransferable: false }), offer('X', 'A', 100), { code: 'NOT_TRANSFERABLE' }],
  ])('%s', (_what, story, command, refused) => {
    expect(rejection(story().ask(command))).toEqual(refused);
  });

  it('stay those it was bought under, whatever the pool’s are later', () => {
    const stricter = openPool({ revision: 2, terms: saleTerms({ ...RESALE, isTransferable: false }) });
    expect(sent(market().given(stricter).at(hour(24)).ask(offer('X', 'A', 110)))).toBe('ListingCreated');
  });
});

describe('giving a reservation back, as the example has it', () => {
  const cancel = (feeAccepted: number) => ({
    type: 'CancelReservation' as const,
    reservationId: 'R' as ReservationId,
    holderId: BUYER,
    feeAccepted: BigInt(feeAccepted) as MicroUsd,
  });
  const before = (start: number): Instant => plus(hour(24), -start as Duration);
  const HOURS = 3_600_000;

  it.each<[notice: string, at: Instant, fee: bigint, refund: bigint]>([
    ['24 hours', before(24 * HOURS), 0n, 40_000n],
    ['a millisecond less', before(24 * HOURS - 1), 10_000n, 30_000n],
    ['two hours', before(2 * HOURS), 10_000n, 30_000n],
    ['a millisecond less than that', before(2 * HOURS - 1), 20_000n, 20_000n],
  ])('%s before it begins', (_notice, at, fee, refund) => {
    const decision = bought().at(at).send(cancel(40_000));
    expect(decision).toMatchObject({ accepted: true, events: [{ type: 'ReservationCancelled', fee, refund }] });
  });

  it.each<[what: string, story: () => MarketStory, refused: unknown]>([
    ['once it has begun', () => bought().at(hour(24)), { code: 'WRONG_STATE', state: 'active' }],
    ['while a part of it is on offer', () => bought().given(resell('S', 'R', hours(25, 26), 10)), { code: 'RESERVATION_ENCUMBERED', encumbrance: 'listed' }],
    ['for less than the fee', () => bought().at(before(2 * HOURS)), { code: 'FEE_CHANGED', fee: 10_000n }],
  ])('is refused %s', (_what, story, refused) => {
    expect(rejection(story().ask(cancel(9_999)))).toEqual(refused);
  });
});
