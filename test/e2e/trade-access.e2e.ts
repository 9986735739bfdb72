import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Membership } from '../support/membership.js';
import { program } from '../support/pools.js';
import { operationOf, sampleOf, schemaOf } from '../support/schema-walk.js';

const ROLES = ['OWNER', 'TRADER', 'FINANCE', 'VIEWER'];
const SCOPES = ['MARKET_READ', 'MARKET_TRADE', 'CAPACITY_PROVIDE', 'USAGE_WRITE', 'BILLING_READ', 'BILLING_WRITE'];

let app: TestApp;
let owner: ApiClient;
let people: Membership;
/** One organization's members by role and keys by scope. */
const clients = new Map<string, ApiClient>();
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.signUp('Everything', { isProvider: true });
  people = new Membership(app);
  for (const role of ROLES) clients.set(role, (await people.join(owner, role)).client);
  for (const scope of SCOPES) clients.set(scope, await program(app, owner, [scope]));
});
afterAll(() => app.close());

/** Which scope lets a key do it. */
const MUTATIONS = {
  createListing: 'capacity:provide',
  resellReservation: 'market:trade',
  withdrawListing: 'market:trade',
  reserve: 'market:trade',
  releaseHold: 'market:trade',
  cancelReservation: 'market:trade',
  payReservation: 'market:trade',
  openAuction: 'capacity:provide',
  openResaleAuction: 'market:trade',
  placeAuctionBid: 'market:trade',
  withdrawAuctionBid: 'market:trade',
} as const;
const QUERIES = ['reservations', 'reservation', 'cancellationQuote', 'chainOfTitle', 'titles'];
const nameOf = (scope: string): string => scope.toUpperCase().replace(':', '_');

/** Code and message of the error that ends a request; null where it came to an answer. */
async function barOf(client: ApiClient, root: 'Query' | 'Mutation', field: string): Promise<unknown> {
  const schema = schemaOf(app);
  const { errors } = await client.ask(operationOf(schema, root, field), sampleOf(schema, root, field));
  return errors === undefined ? null : [errors[0]?.extensions.code, errors[0]?.message];
}

const strangersSee = ['UNAUTHENTICATED', 'sign in, or send an API key as a bearer token'];

describe('who may trade', () => {
  it.each(Object.entries(MUTATIONS))('%s: owners, traders, keys with %s', async (mutation, scope) => {
    const needs = ['FORBIDDEN', `this needs a member with role owner or trader, or an API key with scope ${scope}`];
    const able = ['OWNER', 'TRADER', nameOf(scope)];
    const bars: Record<string, unknown> = {};
    for (const [name, client] of clients) bars[name] = await barOf(client, 'Mutation', mutation);
    const expected = [...clients.keys()].map((name) => [name, able.includes(name) ? null : needs]);
    const others = SCOPES.filter((one) => one !== nameOf(scope));
    bars['all other scopes'] = await barOf(await program(app, owner, others), 'Mutation', mutation);
    bars['stranger'] = await barOf(app.stranger(), 'Mutation', mutation);
    expect(bars).toEqual({ ...Object.fromEntries(expected), 'all other scopes': needs, stranger: strangersSee });
  });

  it('what is one’s own is read by every member, and by keys with market:read', async () => {
    const [viewer, reader] = [clients.get('VIEWER')!, clients.get('MARKET_READ')!];
    const others = await program(app, owner, SCOPES.filter((one) => one !== 'MARKET_READ'));
    const needs = ['FORBIDDEN', expect.stringMatching(/scope market:read$/)];
    for (const query of QUERIES) {
      const bars = [];
      for (const client of [viewer, reader, others, app.stranger()]) bars.push(await barOf(client, 'Query', query));
      expect([query, ...bars]).toEqual([query, null, null, needs, strangersSee]);
    }
  });

  it('what is offered is read by everybody', async () => {
    for (const query of ['pools', 'pool', 'listings', 'listing', 'platforms', 'platform']) {
      expect([query, await barOf(app.stranger(), 'Query', query)]).toEqual([query, null]);
    }
  });

  it('ends for a key that is revoked and a member who is removed', async () => {
    const gone = await program(app, owner, ['MARKET_TRADE']);
    const { data } = await owner.ask('{ apiKeys(first: 100) { edges { node { keyId } } } }');
    const { keyId } = data?.['apiKeys'].edges.at(-1).node;
    const { client, memberId } = await people.join(owner, 'TRADER');
    expect([await barOf(gone, 'Mutation', 'reserve'), await barOf(client, 'Mutation', 'reserve')]).toEqual([null, null]);
    await owner.mustMutate('revokeApiKey', 'RevokeApiKeyInput', { keyId });
    await owner.mustMutate('removeMember', 'RemoveMemberInput', { memberId });
    for (const one of [gone, client]) expect(await barOf(one, 'Mutation', 'reserve')).toEqual(strangersSee);
  });
});
