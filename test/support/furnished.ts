import type { Pool } from 'pg';
import { DAY_MS } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient } from './app.js';
import type { TestOffice } from './browser.js';
import { Membership } from './membership.js';
import { HOUR, iso, poolInput, Trading } from './trading.js';
import { until } from './until.js';

/** Somebody who may open every page, with something of most kinds to see there. */
export interface Furnished {
  readonly owner: ApiClient;
  /** A member of the same organization who may read. */
  readonly viewer: ApiClient;
  /** What stands in an address, by the name that the route has for it. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Buys, sells and runs the exchange; with one thing of most kinds. */
export async function furnish(office: TestOffice): Promise<Furnished> {
  const { app } = office;
  const market = await Trading.open(app);
  const owner = await app.signUp('Rooms', { isProvider: true, isBuyer: true });
  const { client: viewer } = await new Membership(app).join(owner, 'VIEWER');
  await app.application.get<Pool>(POOL).query(`UPDATE member SET is_platform_admin = true
    WHERE role = 'owner' AND organization_id = (SELECT organization_id FROM organization WHERE name = 'Rooms')`);
  await owner.mustMutate('topUpWallet', 'TopUpWalletInput', { amount: '1000000000', paymentMethod: 'pm_card_visa' });
  const listingId = await market.list(0, 24, 1_000);
  const reservationId = await market.buy(owner, listingId, 0, 2, 10);
  const own = await owner.mustMutate('registerPool', 'RegisterPoolInput', poolInput(market.start, { name: 'Own row' }), {
    fields: '... on RegisterPoolSuccess { pool { poolId } }',
  });
  const { poolId } = own['pool'];
  await owner.mustMutate('createListing', 'CreateListingInput', { poolId, window: market.window(0, 24), quantity: '100', unitPrice: '1000' });
  const auction = await owner.mustMutate('openAuction', 'OpenAuctionInput', {
    ...{ poolId, quantity: '100', reservePrice: '900', window: market.window(24, 36), closesAt: iso(market.start + 20 * HOUR) },
  }, { fields: '... on OpenAuctionSuccess { listing { listingId } }' });
  await owner.mustMutate('createTeam', 'CreateTeamInput', { name: 'Search' });
  await owner.mustMutate('createApiKey', 'CreateApiKeyInput', { name: 'Nightly', scopes: ['MARKET_READ'], expiresInDays: 30 });
  await owner.mustMutate('createWebhookEndpoint', 'CreateWebhookEndpointInput', { url: 'https://hooks.example.com/rooms', description: 'Of rooms', kinds: ['INVOICE_FINALIZED'] });
  await leaveUnanswered(app, market.start);
  await owner.mustMutate('placeOrder', 'PlaceOrderInput', { marketId: 'llama-3.3-70b@fp8', window: market.window(48, 50), quantity: '10', limitPrice: '1', timeInForce: 'GTC' });
  // Who somebody is, is believed for a moment.
  await until(() => owner.ask('{ viewer { isPlatformAdmin } }'), ({ data }) => data?.['viewer'].isPlatformAdmin === true);
  const month = iso(market.start).slice(0, 7);
  return { owner, viewer, parts: { listingId, auctionId: auction['listing'].listingId, reservationId, poolId, monthOrNumber: month, pilotId: 'none', number: 'HR-1999-000001' } };
}

/** A call that Stripe did not answer for hours: a person says what became of it. */
const leaveUnanswered = ({ application }: TestOffice['app'], start: number): Promise<unknown> =>
  application.get(Database).stripeCall.create({
    data: {
      ...{ callId: 'unanswered', idempotencyKey: 'unanswered', organizationId: 'seller', kind: 'reverse_transfer', subject: 'reversal', params: {} },
      ...{ status: 'needs_review', failureCode: 'server-error', attempts: 9 },
      ...{ keyedAt: new Date(start - DAY_MS), createdAt: new Date(start - DAY_MS), updatedAt: new Date(start - DAY_MS) },
    },
  });

/** The path of a route with something real in it. */
export const pathOf = (path: string, parts: Furnished['parts']): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`say what stands at :${name}`);
    return encodeURIComponent(part);
  });
