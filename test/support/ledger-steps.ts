import fc from 'fast-check';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../src/kernel/time.js';
import { BY_HAND, basisPoints, EXCHANGE, fund, type Untimed } from './ledger.js';
import { OK, type LedgerTwin, type TwinSale } from './ledger-twin.js';
import type { TwinSplit } from './twin-shares.js';

/** Every sale is of so many tokens/s. */
export const TOKENS = 7n;
/** Two days before a month ends: windows reach over it. */
export const START = Date.parse('2026-12-30T00:00:00Z') as Instant;
export const MONTHS = [START + 2 * DAY_MS];
export const QUARTER = (15 * MINUTE_MS) as Duration;
const [A, B, C] = ['org-a', 'org-b', 'org-c'] as unknown as [OrganizationId, OrganizationId, OrganizationId];
export const OWNERS = [A, B, C, EXCHANGE];

const who = fc.constantFrom(A, B, C);
// Few names and little money, so that most steps meet what others did.
const sale = fc.nat(4);
const amount = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 900n }));
const share = fc.integer({ min: 0, max: 5_000 });
const split = fc.record({ sellerId: who, providerId: who, royalty: share, fee: share });

// Two orders for each buyer.
const order = fc.nat(1);
const share100 = fc.oneof(fc.constant(100), fc.nat(100));

const SALE = {
  ...{ sale, split, isQuarterly: fc.boolean() },
  start: fc.nat(40),
  length: fc.integer({ min: 1, max: 40 }),
};
const STEPS = {
  topUp: fc.record({ what: fc.constant('topUp' as const), who, id: fc.nat(12), amount, again: fc.boolean() }),
  fund: fc.record({ what: fc.constant('fund' as const), amount, ...SALE }),
  fundAll: fc.record({
    ...{ what: fc.constant('fundAll' as const), amounts: fc.array(amount, { minLength: 1, maxLength: 3 }) },
    ...SALE,
  }),
  reserve: fc.record({ what: fc.constant('reserve' as const), who, order, amount }),
  capture: fc.record({ what: fc.constant('capture' as const), order, part: share100, ...SALE }),
  giveBack: fc.record({ what: fc.constant('giveBack' as const), who, order, part: share100, isFinal: fc.boolean() }),
  settle: fc.record({ what: fc.constant('settle' as const), sale }),
  release: fc.record({ what: fc.constant('release' as const), sale }),
  cancel: fc.record({ what: fc.constant('cancel' as const), sale, feeShare: fc.nat(100) }),
  overage: fc.record({ what: fc.constant('overage' as const), sale, hour: fc.nat(3), total: amount, split }),
  curtail: fc.record({
    ...{ what: fc.constant('curtail' as const), sale, from: fc.nat(39), length: fc.integer({ min: 1, max: 40 }) },
    part: share100,
  }),
  penalty: fc.record({ what: fc.constant('penalty' as const), sale, provider: who, amount }),
  credit: fc.record({ what: fc.constant('credit' as const), sale, payer: who, amount }),
  carry: fc.record({ what: fc.constant('carry' as const), index: fc.nat(200) }),
  repeat: fc.record({ what: fc.constant('repeat' as const), index: fc.nat(200) }),
  pass: fc.record({ what: fc.constant('pass' as const), quarters: fc.integer({ min: 1, max: 60 }) }),
};
export const step = fc.oneof(
  { weight: 4, arbitrary: STEPS.topUp },
  { weight: 6, arbitrary: STEPS.fund },
  { weight: 3, arbitrary: STEPS.fundAll },
  { weight: 5, arbitrary: STEPS.reserve },
  { weight: 5, arbitrary: STEPS.capture },
  { weight: 3, arbitrary: STEPS.giveBack },
  { weight: 5, arbitrary: STEPS.settle },
  { weight: 3, arbitrary: STEPS.release },
  { weight: 2, arbitrary: STEPS.cancel },
  { weight: 5, arbitrary: STEPS.overage },
  { weight: 5, arbitrary: STEPS.curtail },
  { weight: 3, arbitrary: STEPS.penalty },
  { weight: 3, arbitrary: STEPS.credit },
  { weight: 6, arbitrary: STEPS.carry },
  { weight: 1, arbitrary: STEPS.repeat },
  { weight: 3, arbitrary: STEPS.pass },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export type StepOf<What extends Step['what']> = Extract<Step, { readonly what: What }>;

/** Who holds a reservation, and what it is called. */
export const ownerOf = (number: number): OrganizationId => [A, B, C][number % 3] as OrganizationId;
export const nameOf = (number: number): string => `R${number}`;
export const orderOf = (owner: OrganizationId, number: number): string => `O${number}-${owner}`;
export const whole = (given: StepOf<'fund'>['split']): TwinSplit => ({ ...given, exchangeId: EXCHANGE });
export const shared = (given: StepOf<'fund'>['split']): never =>
  ({ ...whole(given), royalty: basisPoints(given.royalty), fee: basisPoints(given.fee) }) as never;

type SaleStep = Pick<StepOf<'fund'>, 'sale' | 'split' | 'isQuarterly' | 'start' | 'length'>;

/** A sale as the books are told of it, and as their twin is. */
export function saleOf(one: SaleStep, price: bigint): { sale: Parameters<typeof fund>; twin: TwinSale } {
  const [owner, id] = [ownerOf(one.sale), nameOf(one.sale)];
  const grid = one.isQuarterly ? QUARTER : HOUR_MS;
  const base = Math.floor(START / grid) * grid;
  const [start, end] = [base + one.start * grid, base + (one.start + one.length) * grid] as [Instant, Instant];
  const fresh = { delivered: 0n, through: start, state: 'open' as const };
  return {
    sale: [id, price, { start, end }, { split: shared(one.split), grid }],
    twin: { id, owner, split: whole(one.split), start, end, grid, amount: price, ...fresh, quantity: TOKENS, lost: [] },
  };
}

/** Sales of one owner, the third the first again. */
export function salesOf(one: StepOf<'fundAll'>): { command: Untimed; twins: readonly TwinSale[] } {
  const all = one.amounts.map((price, index) => saleOf({ ...one, sale: one.sale + 3 * (index % 2) }, price));
  const sales = all.map(({ sale: given }) => {
    const { type: _type, spending: _spending, ...sale } = fund(...given) as Extract<Untimed, { readonly type: 'FundEscrow' }>;
    return sale;
  });
  return { command: { type: 'FundEscrows', quoteId: null, sales, spending: BY_HAND }, twins: all.map(({ twin }) => twin) };
}

/** All or none, as {@link LedgerTwin.fund} does it for one. */
export function fundTwins(twin: LedgerTwin, sales: readonly TwinSale[], now: number): string {
  for (const [index, { id, end }] of sales.entries()) {
    const isKnown = [...twin.sales.filter(({ state }) => state !== 'over'), ...sales.slice(0, index)];
    if (isKnown.some((other) => other.id === id) || end <= now) return 'PAYMENT_REFUSED';
  }
  const due = sales.reduce((sum, { amount: price }) => sum + price, 0n);
  const owner = sales[0]?.owner ?? '';
  if (twin.balance(owner, 'wallet') < due) return 'INSUFFICIENT_FUNDS';
  for (const one of sales) twin.fund(one, now);
  return OK;
}
