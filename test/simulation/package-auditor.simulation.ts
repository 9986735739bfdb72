import type { ListingId, OrganizationId } from '../../src/kernel/ids.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { Duration, Instant } from '../../src/kernel/time.js';
import { PackageAuditor } from './package-auditor.js';
import type { ReservationHeld } from './raw-event.js';
import type { Content } from './requests.js';
import { Violation } from './violation.js';

const CAUSE = 'org-dog K1';
const HOUR = 3_600_000;
const window = { start: 0 as Instant, end: HOUR as Instant };
const hold = { listingId: 'listing' as ListingId, window, quantity: 1n as Quantity };
const buyer = { buyerId: 'org-dog' as OrganizationId, holdFor: HOUR as Duration };
const aPackage: Content = { type: 'HoldPackage', ...buyer, holds: [hold, hold, hold] };
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
