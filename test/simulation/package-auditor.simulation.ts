import type { PlanConstraints } from '../../src/allocation/model/plan.offers.js';
import type { ListingId, OrganizationId } from '../../src/kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { rectangle } from '../../src/kernel/step-function.js';
import type { Duration, Instant } from '../../src/kernel/time.js';
import type { MarketAuditor } from './market-auditor.js';
import { PackageAuditor } from './package-auditor.js';
import type { ReservationHeld } from './raw-event.js';
import type { Content } from './requests.js';
import { Violation } from './violation.js';

const CAUSE = 'org-dog K1';
const HOUR = 3_600_000;
const window = { start: 0 as Instant, end: HOUR as Instant };
const hold = { listingId: 'listing' as ListingId, window, quantity: 1n as Quantity };
const buyer = { buyerId: 'org-dog' as OrganizationId, holdFor: HOUR as Duration };
const aPackage: Extract<Content, { readonly type: 'HoldPackage' }> = { type: 'HoldPackage', ...buyer, holds: [hold, hold, hold] };
const aHold: Content = { type: 'HoldReservation', ...buyer, ...hold };

const held = (of: Partial<ReservationHeld> = {}): ReservationHeld => ({
  ...{ version: 1, occurredAt: 0, cause: CAUSE, actor: 'org-dog', type: 'ReservationHeld' },
  ...{ reservationId: 'r', listingId: 'listing', poolId: 'pool', sellerId: 'org-wafer', source: { kind: 'pool' } },
  ...{ window, quantity: '1', unitPrice: '1', hops: 0, termsVersion: 1, holderId: 'org-dog', amount: '1' },
  ...{ heldAt: 0, expiresAt: HOUR, extendsReservationId: null, quoteId: null, listingRemaining: [] },
  ...of,
});

/** What the auditor says of so many holds after such requests; null is nothing. */
function finding(asked: readonly Content[], events: readonly ReservationHeld[]): string | null {
  const auditor = new PackageAuditor();
  for (const content of asked) auditor.announced(CAUSE, content);
  try {
    for (const event of events) auditor.read(event);
    auditor.checkDone();
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
}

describe('the auditor of packages', () => {
  const ofQuote = held({ quoteId: 'q' });
  it.each<[what: string, asked: readonly Content[], events: readonly ReservationHeld[], isFound: boolean]>([
    ['all of a package', [aPackage], [held(), held(), held()], false],
    ['a part of it', [aPackage], [held(), held()], true],
    ['one hold of it', [aPackage], [held()], true],
    // The package was lost on its way with whoever was to decide on it, and its key came with something else.
    ['a hold under the key of a lost package', [aPackage, aHold], [held()], false],
    ['a part of it though a hold came under its key', [aPackage, aHold], [held(), held()], true],
    ['a quote under the key of a lost package', [aPackage], [ofQuote, ofQuote], false],
    ['an extension under that key', [aPackage], [held({ extendsReservationId: 'r' })], false],
    ['nothing', [aPackage], [], false],
  ])('%s', (_what, asked, events, isFound) => {
    const expected = isFound ? `package ${CAUSE} is held in part: ${events.length} holds` : null;
    expect(finding(asked, events)).toBe(expected);
  });
});

describe('what a package insists on', () => {
  const POOLS: Readonly<Record<string, string>> = { 'm@fp8~a': 'org-wafer', 'm@fp8~b': 'org-tensor' };
  const promised = { platform: 'groq-lpu', region: 'eu-central', residency: [], serviceLevel: { ttftP95: 250, streamTokensPerSecondMin: 300 } };
  const book = {
    pool: (poolId: string) => ({ providerId: POOLS[poolId] }),
    orders: { bids: { promisesOf: () => promised } },
  } as unknown as MarketAuditor;
  const anything: PlanConstraints = {
    ...{ platforms: [], regions: [], residency: [], ttftP95Max: null, streamTokensPerSecondMin: null },
    ...{ quantizations: [], unitPriceMax: null, providersMin: 1, providerShareMax: null },
  };
  const [ofA, ofB] = Object.keys(POOLS).map((poolId) => held({ poolId, quantity: '2', unitPrice: '5', amount: '10' }));

  it.each<[what: string, asked: Partial<PlanConstraints>, demanded: bigint, amount: bigint | null, found: string | null]>([
    ['nothing', {}, 4n, 20n, null],
    ['more than there is', {}, 5n, 20n, 'a package covers 4 of 5 at 1970-01-01T00:00:00.000Z'],
    ['another amount', {}, 4n, 21n, 'a package costs 20, and its plan said 21'],
    ['any amount', {}, 4n, null, null],
    ['its region', { regions: ['eu-central'] }, 4n, 20n, null],
    ['another region', { regions: ['us-west'] }, 4n, 20n, 'a package is of m@fp8~a and insists on other regions'],
    ['its quantization', { quantizations: ['fp8'] }, 4n, 20n, null],
    ['another quantization', { quantizations: ['int4'] }, 4n, 20n, 'a package is of m@fp8~a and insists on int4'],
    ['its price', { unitPriceMax: 5n as UnitPrice }, 4n, 20n, null],
    ['a lower price', { unitPriceMax: 4n as UnitPrice }, 4n, 20n, 'a package is of m@fp8~a and pays 5, above 4'],
    ['two providers', { providersMin: 2 }, 4n, 20n, null],
    ['three providers', { providersMin: 3 }, 4n, 20n, 'a package has 2 providers and insists on 3'],
    ['half of each', { providerShareMax: 5_000 as BasisPoints }, 4n, 20n, null],
    ['less of each', { providerShareMax: 4_999 as BasisPoints }, 4n, 20n, 'a package has 7200000 of 14400000 from org-wafer, above 4999'],
  ])('%s', (_what, asked, demanded, amount, found) => {
    const auditor = new PackageAuditor();
    const demand = rectangle(window, demanded);
    auditor.insists(aPackage, { demand, constraints: { ...anything, ...asked }, amount });
    const judge = (): void => auditor.checkInsisted(aPackage, [ofA, ofB].flatMap((one) => one ?? []), book);
    if (found === null) expect(judge).not.toThrow();
    else expect(judge).toThrow(found);
  });
});
