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
import { Statements } from '../support/statements.js';
import { casesOf, type Case, type Kind } from '../support/tenant-cases.js';
import { stateOf, Tenants, UNKNOWN } from '../support/tenants.js';

let app: TestApp;
let schema: GraphQLSchema;
let tenants: Tenants;
let cases: Readonly<Record<string, Case>>;
/** Another organization that may do everything: its owner, and a key with every scope. */
let strangers: readonly ApiClient[];
let before: unknown;
let statements: Statements;

beforeAll(async () => {
  app = await startTestApp();
  schema = schemaOf(app);
  tenants = await Tenants.start(app);
  cases = casesOf(tenants);
  const owner = await app.signUp('Curious', { isProvider: true });
  const scopes = schema.getType('Scope')?.toConfig() as { values: Record<string, unknown> };
  strangers = [owner, await program(app, owner, Object.keys(scopes.values))];
  before = await stateOf(tenants);
  statements = Statements.of(app);
});
afterAll(async () => {
  statements.end();
  await app.close();
});

const idPlaces = (): readonly Place[] => placesOf(schema).filter(({ scalar }) => scalar === 'ID');

/** The answer as it comes over the wire. */
async function textOf(client: ApiClient, place: Pick<Place, 'root' | 'field'>, variables: object): Promise<string> {
  const body = JSON.stringify({ query: operationOf(schema, place.root, place.field), variables });
  const headers = { ...client.headers(), ...statements.next() };
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body });
  return `${response.status} ${await response.text()}`;
}

function ask(client: ApiClient, place: Place, id: string): Promise<string> {
  const sample = sampleOf(schema, place.root, place.field);
  const input = cases[place.path]?.input?.();
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

/** Where a query about another's id asks the database anything but what it asks for one that is not there. */
async function otherStatements(place: Place, of: Kind): Promise<string[]> {
  const found: string[] = [];
  const statementsFor = async (client: ApiClient, id: string): Promise<string> => {
    await ask(client, place, id);
    return statements.latest().join('; ');
  };
  for (const { client, ids } of attempts(of)) {
    // The first one may find what is kept for a while.
    await ask(client, place, UNKNOWN[of]);
    for (const id of ids) {
      const pair = async (): Promise<readonly string[]> => [await statementsFor(client, UNKNOWN[of]), await statementsFor(client, id)];
      let [expected, actual] = await pair();
      // Who asks while a job reads the same stream shares what it reads. A difference that the id makes is there each time.
      for (let again = 0; actual !== expected && again < 5; again += 1) [expected, actual] = await pair();
      if (actual !== expected) found.push(`${place.path} ${id}: ${actual} instead of ${expected}`);
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
    expect(Object.keys(cases).sort()).toEqual(idPlaces().map(({ path }) => path).sort());
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
      const known = cases[place.path];
      if (known?.is === 'private') found.push(...(await differences(place, known.of)));
    }
    expect(found).toEqual([]);
  });

  it('take what an id takes that is not there: a query about them asks the database the same', async () => {
    const found: string[] = [];
    const places = idPlaces().filter(({ root }) => root === 'Query');
    for (const place of places) {
      const known = cases[place.path];
      if (known?.is === 'private') found.push(...(await otherStatements(place, known.of)));
    }
    expect(found).toEqual([]);
    // That statements are seen at all.
    await ask(tenants.clients[0]!, idPlaces().find(({ path }) => path === 'Query.chainOfTitle.reservationId')!, UNKNOWN.reservationIds);
    expect(statements.latest()).toHaveLength(1);
  });

  it('show nothing that is not for everybody where they are', async () => {
    const asked = idPlaces().flatMap((place) => {
      const known = cases[place.path];
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
