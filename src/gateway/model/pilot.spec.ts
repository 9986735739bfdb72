import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { HOUR_MS, type Instant } from '../../kernel/time.js';
import type { BasisPoints } from '../../kernel/money.js';
import { costPerMillion, type LaneUse } from './pilot.cost.js';
import { isMirrored, stateOfPilot, type Pilot, type PilotPlan, type Served } from './pilot.js';
import { checkPilot } from './pilot.rules.js';

const id = (name: string): ReservationId => `llama-3.3-70b@fp8~${name}` as ReservationId;
const at = (instant: number): Instant => instant as Instant;

const plan = (changes: Partial<PilotPlan> = {}): PilotPlan => ({
  ...{ share: 2_500, primaries: [], mirror: { kind: 'reservation', reservationId: id('new') } },
  ...{ mirrorPrice: null, requestsMax: 10, tokensMax: 1_000n },
  ...changes,
});
const pilot = (changes: Partial<Pilot> = {}): Pilot => ({
  ...plan(),
  ...{ pilotId: 'p', organizationId: 'o' as OrganizationId, requests: 0, tokens: 0n },
  ...{ startedAt: at(0), endsAt: at(100), stoppedAt: null },
  ...changes,
});
const served = (changes: Partial<Served> = {}): Served => ({
  ...{ operation: 'chat', reservationId: id('old'), model: 'llama-3.3-70b', draw: 0 },
  ...changes,
});

describe('a pilot', () => {
  it.each([
    ['running', {}, 99],
    ['over', {}, 100],
    ['complete', { requests: 10 }, 0],
    ['complete', { requests: 10 }, 100],
    ['running', { tokens: 936n }, 0],
    ['complete', { tokens: 937n }, 0],
    ['stopped', { requests: 10, stoppedAt: at(5) }, 100],
  ] as const)('is %s: %j at %i', (state, changes, now) => {
    expect(stateOfPilot(pilot(changes), at(now))).toBe(state);
  });

  const fallback = { kind: 'fallback' } as const;
  it.each([
    ['the share', true, plan(), served({ draw: 2_499 })],
    ['not beyond it', false, plan(), served({ draw: 2_500 })],
    ['completions', true, plan(), served({ operation: 'completion' })],
    ['no embeddings', false, plan(), served({ operation: 'embedding' })],
    ['what one of its lanes serves', true, plan({ primaries: [id('old')] }), served()],
    ['nothing that another serves', false, plan({ primaries: [id('else')] }), served()],
    ['nothing that the fallback serves, with lanes', false, plan({ primaries: [id('old')] }), served({ reservationId: null })],
    ['what the fallback serves, without', true, plan(), served({ reservationId: null })],
    ['not what the mirror serves itself', false, plan(), served({ reservationId: id('new') })],
    ['no other model', false, plan(), served({ model: 'llama-3.1-8b' })],
    ['to the fallback: what a reservation serves', true, plan({ mirror: fallback }), served()],
    ['not what the fallback serves itself', false, plan({ mirror: fallback }), served({ reservationId: null })],
  ])('repeats %s', (_, expected, what, request) => {
    expect(isMirrored(what, request)).toBe(expected);
  });

  it.each([
    [{}, []],
    [{ share: 10_001 }, ['share']],
    [{ share: 1.5 }, ['share']],
    [{ primaries: Array.from({ length: 11 }, (_, index) => id(`r${index}`)) }, ['primaryReservationIds']],
    [{ primaries: [id('a'), id('a')] }, ['primaryReservationIds']],
    [{ primaries: [id('new')] }, ['primaryReservationIds']],
    [{ mirror: fallback, mirrorPrice: { input: 0n, output: 1_000_000_000n } }, []],
    [{ mirror: fallback, mirrorPrice: { input: -1n, output: 0n } }, ['mirrorPrice']],
    [{ mirrorPrice: { input: 1n, output: 1n } }, ['mirrorPrice']],
    [{ requestsMax: 100_001, tokensMax: 10_000_000_001n }, ['requestsMax', 'tokensMax']],
  ])('of %j has wrong: %j', (changes, fields) => {
    const issues = checkPilot(plan(changes as Partial<PilotPlan>), 840);
    expect(issues.map(({ field }) => field)).toEqual(fields);
  });
});

describe('what a million tokens cost', () => {
  const share = (value: number) => value as BasisPoints;
  const weights = { input: share(1_000), cachedInput: share(100), reasoning: share(10_000) };
  const use = (input: bigint, output: bigint, price: LaneUse['price']): LaneUse => ({
    counts: { input, cachedInput: 0n, output, reasoning: 0n },
    price,
  });
  /** 100 tokens/s for 10 hours at 3,600 micro-USD: a micro-USD a weighted token. */
  const sale = {
    kind: 'sale',
    sale: {
      amount: 3_600_000n as MicroUsd,
      quantity: 100n as Quantity,
      window: { start: at(0), end: at(10 * HOUR_MS) },
    },
    weights,
  } as const;
  const tokens = { kind: 'tokens', prices: { input: 100_000n as MicroUsd, output: 700_000n as MicroUsd } } as const;

  it.each([
    ['1,000 in at a tenth and 500 out: 600 weighted of 1,500 tokens', [use(1_000n, 500n, sale)], 400_000n],
    ['as the endpoint charges', [use(1_000n, 500n, tokens)], 300_000n],
    ['of two lanes together', [use(1_000n, 500n, sale), use(1_000n, 500n, tokens)], 350_000n],
    ['to the nearest, once', [use(2n, 1n, tokens)], 300_000n],
    ['of nothing', [], null],
    ['where one price is not known', [use(1n, 1n, sale), use(1n, 1n, null)], null],
  ])('%s', (_, uses, expected) => {
    expect(costPerMillion(uses)).toBe(expected);
  });
});
