import type { GraphQLSchema } from 'graphql';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { program } from '../support/pools.js';
import {
  operationOf,
  placesOf,
  sampleOf,
  schemaOf,
  withValueAt,
  type Place,
} from '../support/schema-walk.js';
import { stateOf, Tenants, UNKNOWN, type Belongings } from '../support/tenants.js';
import { poolInput } from '../support/trading.js';

let app: TestApp;
let schema: GraphQLSchema;
let tenants: Tenants;
/** Another organization that may do everything: its owner, and a key with every scope. */
let strangers: readonly ApiClient[];
let before: unknown;

beforeAll(async () => {
  app = await startTestApp();
  schema = schemaOf(app);
  tenants = await Tenants.start(app);
  const owner = await app.signUp('Curious', { isProvider: true });
  const scopes = schema.getType('Scope')?.toConfig() as { values: Record<string, unknown> };
  strangers = [owner, await program(app, owner, Object.keys(scopes.values))];
  before = await stateOf(tenants);
});
afterAll(() => app.close());

type Kind = keyof Belongings;

/**
 * What may be asked about an id. `private`: another's is answered as one that is not there. `public`:
 * everybody may see it, and nothing that belongs to a buyer or stays between provider and gateway.
 */
type Case =
  | { readonly is: 'private'; readonly of: Kind; readonly input?: () => Record<string, unknown> }
  | { readonly is: 'public'; readonly ids: () => readonly string[]; readonly input?: () => Record<string, unknown> };

const window = () => tenants.market.window(105, 106);
const offer = () => ({ window: window(), quantity: '1', unitPrice: '1' });
/** More than a wallet holds that was never topped up. */
const bid = () => ({ marketId: MARKETS()[0], window: window(), quantity: '1', limitPrice: '1' });
/** More than there is: nothing is set aside. */
const tooMuch = () => ({ marketId: MARKETS()[0], window: window(), quantity: '999999' });
const hidden = (of: Kind, input?: () => Record<string, unknown>): Case =>
  input === undefined ? { is: 'private', of } : { is: 'private', of, input };
const open = (ids: () => readonly string[], input?: () => Record<string, unknown>): Case =>
  input === undefined ? { is: 'public', ids } : { is: 'public', ids, input };

const auction = () => {
  const { start: closesAt } = window();
  return { window: window(), quantity: '1', reservePrice: '1', closesAt };
};

const MARKETS = () => ['llama-3.3-70b@fp8'];
const PLATFORMS = () => ['cerebras-wse-3'];
const POOLS = () => tenants.theirs.poolIds;
const LISTINGS = () => tenants.theirs.listingIds;
const pool = () => poolInput(tenants.market.start);

/** By place; one that is not here fails the test. Inputs are fit, so that the id alone decides. */
const CASES: Readonly<Record<string, Case>> = {
  'Query.buyerRoom.poolId': open(POOLS),
  'Query.cancellationQuote.reservationId': hidden('reservationIds'),
  'Query.chainOfTitle.reservationId': hidden('reservationIds'),
  'Query.listing.listingId': open(LISTINGS),
  'Query.listings.marketId': open(MARKETS),
  'Query.listings.poolId': open(POOLS),
  'Query.export.exportId': hidden('exportIds'),
  'Mutation.voidInvoice.input.number': hidden('exportIds', () => ({ reason: 'x' })),
  'Mutation.issueCreditNote.input.invoiceNumber': hidden('exportIds', () => ({ reservationId: UNKNOWN.reservationIds, amount: '1', reason: 'x' })),
  'Mutation.issueCreditNote.input.reservationId': hidden('reservationIds', () => ({ invoiceNumber: 'x', amount: '1', reason: 'x' })),
  'Query.platform.slug': open(PLATFORMS),
  'Query.pool.poolId': open(POOLS),
  'Query.pools.marketId': open(MARKETS),
  'Query.pools.platform': open(PLATFORMS),
  'Query.order.orderId': hidden('orderIds'),
  'Query.reservations.orderId': hidden('orderIds'),
  'Query.quote.quoteId': hidden('quoteIds'),
  'Query.reservation.reservationId': hidden('reservationIds'),
  'Query.titles.poolId': hidden('poolIds'),
  'Query.poolEvidence.poolId': open(POOLS),
  'Query.serviceHours.reservationId': hidden('reservationIds'),
  'Query.serviceLevel.reservationId': hidden('reservationIds'),
  'Mutation.disputeCredit.input.reservationId': hidden('reservationIds', () => ({ hour: window().start, reason: 'x' })),
  'Mutation.resolveDispute.input.reservationId': hidden('reservationIds', () => ({ hour: window().start, outcome: 'ACCEPTED' })),
  'Query.countDisputes.reservationId': hidden('reservationIds'),
  'Mutation.concedeCounts.input.reservationId': hidden('reservationIds', () => ({ hour: window().start, position: 'COUNTED', evidenceRevision: 1 })),
  'Query.usageRollups.reservationId': hidden('reservationIds', () => ({ grain: 'HOUR' })),
  'Query.usageHours.reservationId': hidden('reservationIds'),
  'Query.usageTotals.reservationId': hidden('reservationIds'),
  'Mutation.amendOrder.input.orderId': hidden('orderIds', () => ({ quantity: '1', limitPrice: '1' })),
  'Mutation.cancelOrder.input.orderId': hidden('orderIds', () => ({})),
  'Mutation.placeOrder.input.constraints.platforms': open(PLATFORMS, () => ({ ...bid(), constraints: {} })),
  'Mutation.placeOrder.input.marketId': open(MARKETS, bid),
  'Mutation.placeOrders.input.orders.constraints.platforms': open(PLATFORMS, () => ({ orders: { ...bid(), constraints: {} } })),
  'Mutation.placeOrders.input.orders.marketId': open(MARKETS, () => ({ orders: bid() })),
  'Mutation.holdPlan.input.holds.listingId': open(LISTINGS, () => ({ holds: { window: window(), quantity: '999999' } })),
  'Query.plan.input.platforms': open(PLATFORMS, () => ({ model: 'llama-3.3-70b', demand: { window: window(), quantity: '1' } })),
  'Query.availability.marketId': open(MARKETS),
  'Query.candles.marketId': open(MARKETS),
  'Query.depth.marketId': open(MARKETS),
  'Query.topOfBook.marketId': open(MARKETS),
  'Query.trades.marketId': open(MARKETS),
  'Query.waitlistPosition.orderId': hidden('orderIds'),
  'Mutation.curtailPool.input.poolId': hidden('poolIds', () => ({ window: window(), quantity: '1', cause: 'OUTAGE' })),
  'Query.curtailmentPreview.input.poolId': hidden('poolIds', () => ({ window: window(), quantity: '1', cause: 'OUTAGE' })),
  'Query.poolCurtailments.poolId': open(POOLS),
  'Query.rebookings.reservationId': hidden('reservationIds'),
  'Mutation.setRebooking.input.reservationId': hidden('reservationIds', () => ({ rebooking: { limitPrice: '1' } })),
  'Mutation.setRebooking.input.rebooking.constraints.platforms': open(PLATFORMS, () => ({ reservationId: 'x', rebooking: { limitPrice: '1', constraints: {} } })),
  'Mutation.extendReservation.input.reservationId': hidden('reservationIds', () => ({ until: window().end, unitPriceMax: '1' })),
  'Mutation.cancelReservation.input.reservationId': hidden('reservationIds', () => ({ feeAccepted: '1000000000' })),
  'Mutation.changeMemberRole.input.memberId': hidden('memberIds', () => ({ role: 'VIEWER' })),
  'Mutation.changePoolEndpoint.input.poolId': hidden('poolIds', () => ({ endpoint: { url: 'https://mine.example.com' } })),
  'Mutation.changePoolTerms.input.poolId': hidden('poolIds', () => ({ terms: { ...pool().terms, overagePrice: '1' } })),
  'Mutation.changeServingProfile.input.poolId': hidden('poolIds', () => ({ profile: { ...pool().profile, tier: 'BATCH' } })),
  'Mutation.createListing.input.poolId': hidden('poolIds', offer),
  'Mutation.extendPool.input.poolId': hidden('poolIds', () => ({ added: [{ window: window(), quantity: '1' }] })),
  'Mutation.openAuction.input.poolId': hidden('poolIds', auction),
  'Mutation.openResaleAuction.input.reservationId': hidden('reservationIds', auction),
  'Mutation.placeAuctionBid.input.auctionId': open(LISTINGS, () => ({ quantity: '1', limitPrice: '1' })),
  'Mutation.withdrawAuctionBid.input.orderId': hidden('orderIds', () => ({})),
  'Query.orders.auctionId': hidden('listingIds'),
  'Mutation.payReservation.input.reservationId': hidden('reservationIds', () => ({})),
  'Mutation.payReservations.input.reservationIds': hidden('reservationIds', () => ({})),
  'Mutation.requestQuote.input.marketId': open(MARKETS, tooMuch),
  'Mutation.requestQuote.input.constraints.platforms': open(PLATFORMS, () => ({ ...tooMuch(), constraints: {} })),
  'Mutation.acceptQuote.input.quoteId': hidden('quoteIds', () => ({})),
  'Mutation.releaseQuote.input.quoteId': hidden('quoteIds', () => ({})),
  'Mutation.registerPool.input.platform': open(PLATFORMS, () => ({ ...pool(), region: '?' })),
  'Mutation.releaseHold.input.reservationId': hidden('reservationIds', () => ({})),
  'Mutation.removeMember.input.memberId': hidden('memberIds', () => ({})),
  'Mutation.resellReservation.input.reservationId': hidden('reservationIds', offer),
  'Mutation.renameTeam.input.teamId': hidden('teamIds', () => ({ name: 'Mine' })),
  'Mutation.reserve.input.listingId': open(LISTINGS, () => ({ window: window(), quantity: '999999' })),
  'Mutation.revokeApiKey.input.keyId': hidden('keyIds', () => ({})),
  'Mutation.returnTransfer.input.reservationId': hidden('reservationIds', () => ({})),
  'Mutation.setGuardrails.input.keyId': hidden('keyIds', () => ({ outputTokensMax: 1 })),
  'Mutation.setIdleRule.input.reservationId': hidden('reservationIds', () => ({ rule: { unitPrice: '1' } })),
  'Mutation.setRouting.input.keyId': hidden('keyIds', () => ({ policy: 'LOWEST_COST' })),
  'Mutation.setRouting.input.reservationId': hidden('reservationIds', () => ({ policy: 'PINNED' })),
  'Mutation.transferReservation.input.reservationId': hidden('reservationIds', () => ({ window: window(), quantity: '1' })),
  'Mutation.transferReservation.input.teamId': hidden('teamIds', () => ({ reservationId: UNKNOWN.reservationIds, window: window(), quantity: '1' })),
  'Mutation.withdrawListing.input.listingId': hidden('listingIds', () => ({})),
};

const idPlaces = (): readonly Place[] => placesOf(schema).filter(({ scalar }) => scalar === 'ID');

/** The answer as it comes over the wire. */
async function textOf(client: ApiClient, place: Pick<Place, 'root' | 'field'>, variables: object): Promise<string> {
  const body = JSON.stringify({ query: operationOf(schema, place.root, place.field), variables });
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: client.headers(), body });
  return `${response.status} ${await response.text()}`;
}

function ask(client: ApiClient, place: Place, id: string): Promise<string> {
  const sample = sampleOf(schema, place.root, place.field);
  const input = CASES[place.path]?.input?.();
  const variables = input === undefined ? sample : { ...sample, input };
  return textOf(client, place, withValueAt(variables, place.keys, id));
}

const everybody = (): readonly ApiClient[] => [...strangers, app.stranger()];

/** Secrets that stand in a text. */
const leaks = (text: string): readonly string[] => tenants.secrets.filter((secret) => text.includes(secret));

/** Who asks about which ids that are not theirs. */
function attempts(of: Kind): readonly { readonly client: ApiClient; readonly ids: readonly string[] }[] {
  const outside = strangers.map((client) => ({ client, ids: tenants.theirs[of] }));
  const inside = tenants.apart.map(({ client, reservationIds: ids }) => ({ client, ids }));
  return of === 'reservationIds' ? [...outside, ...inside] : outside;
}

/** How answers about another's ids differ from the answer about one that is not there. */
async function differences(place: Place, of: Kind): Promise<string[]> {
  const found: string[] = [];
  for (const { client, ids } of attempts(of)) {
    const expected = await ask(client, place, UNKNOWN[of]);
    // That the id decides, and not something else that is wrong with the request.
    const isAbsent = /NOT_FOUND|"answer":null|"edges":\[\]|FORBIDDEN/.test(expected);
    if (!isAbsent) found.push(`${place.path}: unknown is ${expected}`);
    for (const id of ids) {
      const actual = await ask(client, place, id);
      // Where an answer repeats the id, it is the asker's own words.
      if (actual.replaceAll(id, UNKNOWN[of]) !== expected) found.push(`${place.path} ${id}: ${actual} instead of ${expected}`);
    }
  }
  return found;
}

/** What anybody may follow: names of markets, and nothing of who trades there. */
const PUBLIC_SUBSCRIPTIONS = [
  ...['first', 'marketId', 'window'].map((name) => `depthChanged.${name}`),
  'marketChanged.marketId',
  ...['after', 'marketId'].map((name) => `tradesMade.${name}`),
];

describe('another’s ids', () => {
  it('have a case for every place where one can be given', () => {
    expect(Object.keys(CASES).sort()).toEqual(idPlaces().map(({ path }) => path).sort());
    const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
    const given = subscriptions.flatMap(({ name, args }) => args.map((arg) => `${name}.${arg.name}`));
    expect(given.sort()).toEqual(PUBLIC_SUBSCRIPTIONS);
  });

  it('are known to those they belong to', async () => {
    const place = idPlaces().find(({ path }) => path === 'Query.reservation.reservationId')!;
    for (const id of tenants.theirs.reservationIds) {
      const texts = await Promise.all(tenants.clients.map((client) => ask(client, place, id)));
      expect(texts.some((text) => text.includes(id))).toBe(true);
    }
    expect(tenants.secrets.every((secret) => secret.length > 5)).toBe(true);
    expect(tenants.secrets.length).toBeGreaterThan(30);
  });

  it('are answered as ids that are not there, wherever they are nobody else’s business', async () => {
    const found: string[] = [];
    for (const place of idPlaces()) {
      const known = CASES[place.path];
      if (known?.is === 'private') found.push(...(await differences(place, known.of)));
    }
    expect(found).toEqual([]);
  });

  it('show nothing that is not for everybody where they are', async () => {
    const asked = idPlaces().flatMap((place) => {
      const known = CASES[place.path];
      const ids = known?.is === 'public' ? known.ids() : [];
      return ids.flatMap((id) => everybody().map((client) => ({ place, id, client })));
    });
    expect(asked.length).toBeGreaterThan(20);
    for (const { place, id, client } of asked) {
      const text = await ask(client, place, id);
      expect([place.path, id, leaks(text), text.includes('INTERNAL')]).toEqual([place.path, id, [], false]);
    }
  });
});

describe('another’s data', () => {
  const queries = () => Object.values(schema.getQueryType()?.getFields() ?? {});
  /** Every way of filling in the arguments that matter; the rest as the sample has it. */
  const variants = (field: string): readonly Record<string, unknown>[] => {
    const sample = sampleOf(schema, 'Query', field);
    if (field === 'invoice') return [{ ...sample, month: tenants.market.window(0, 1).start.slice(0, 7) }];
    if (field === 'reservations') return ['BOUGHT', 'SOLD'].map((side) => ({ ...sample, side }));
    if (field === 'listings') return [{ status: null, kind: null }, { own: true, status: null }];
    return [sample];
  };
  const query = (client: ApiClient, field: string, variables: object): Promise<string> =>
    textOf(client, { root: 'Query', field }, variables);

  it('are in no answer to any query', async () => {
    const asked = queries().flatMap(({ name }) =>
      variants(name).flatMap((variables) => everybody().map((client) => ({ name, variables, client }))),
    );
    for (const { name, variables, client } of asked) {
      expect([name, leaks(await query(client, name, variables))]).toEqual([name, []]);
    }
  });

  it('are behind no cursor of theirs', async () => {
    const lists = queries().filter(({ args }) => args.some((argument) => argument.name === 'after'));
    const asked = lists.flatMap(({ name }) =>
      variants(name).flatMap((variables) => tenants.clients.map((owner) => ({ name, variables, owner }))),
    );
    const cursors = new Set<string>();
    for (const { name, variables, owner } of asked) {
      const own = await query(owner, name, { ...variables, first: 1 });
      const [after] = /(?<="cursor":")[^"]+/.exec(own) ?? [];
      if (after === undefined) continue;
      cursors.add(after);
      const texts = await Promise.all(
        strangers.map((client) => query(client, name, { ...variables, after })),
      );
      expect([name, texts.flatMap(leaks)]).toEqual([name, []]);
    }
    expect(cursors.size).toBeGreaterThan(15);
  });

  it('are in no export', async () => {
    const month = tenants.market.window(0, 1).start.slice(0, 7);
    for (const client of strangers) {
      const file = await fetch(`${app.url}/exports/invoice.csv?month=${month}`, { headers: client.headers() });
      expect([file.status, leaks(await file.text())]).toEqual([200, []]);
    }
    const refused = await fetch(`${app.url}/exports/invoice.csv?month=${month}`);
    expect([refused.status, leaks(await refused.text())]).toEqual([401, []]);
  });

  it('are as they were', async () => {
    expect(await stateOf(tenants)).toEqual(before);
  });
});
