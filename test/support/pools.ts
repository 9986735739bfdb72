import { ISSUES, type ApiClient, type TestApp } from './app.js';
import type { Verified } from '../../src/eventstore/verify.js';
import { clockOf, HOUR, poolInput } from './trading.js';
import { verifyApp } from './verify.js';

const POOL = `pool {
  poolId marketId providerId name platform region residency grid profileVersion registeredAt
  nameplate { quantity window { start end } }
  profile { runtime contextLength tier weights { input cachedInput reasoning } }
  serviceLevel { ttftP95Ms streamTokensPerSecondMin availability }
  endpoint { url hasCredential }
  terms {
    resale { isTransferable hopsMax priceCap royalty holdingTimeMinutes }
    cancellation { noticeHours fee } credits { exclusions } overagePrice buyerShareMax
  }
}`;
/** For `fields` of registerPool. */
export const REGISTERED = `... on RegisterPoolSuccess { ${POOL} } ${ISSUES}`;
/** For `fields` of every change of a pool. */
export const CHANGED = `... on ChangePoolSuccess { ${POOL} } ... on NotFoundRejection { field } ${ISSUES}`;

type Answer = Promise<Record<string, any>>;

/** The first hour line that is at least an hour ahead. */
export const nextHour = (app: TestApp): number =>
  Math.ceil(clockOf(app).now() / HOUR) * HOUR + HOUR;

const starts = new WeakMap<TestApp, number>();

/** A day ahead, and the same each time, so that a request can be repeated whatever the hour. */
export function startOf(app: TestApp): number {
  const start = starts.get(app) ?? nextHour(app) + 24 * HOUR;
  starts.set(app, start);
  return start;
}

export const provider = (app: TestApp, name: string): Promise<ApiClient> =>
  app.signUp(name, { isProvider: true, isBuyer: false });

/** Registers `poolInput` with changes to whole fields. */
export function register(
  app: TestApp,
  client: ApiClient,
  changes: Record<string, unknown> = {},
  key = client.nextKey(),
): Answer {
  const input = poolInput(startOf(app), changes);
  return client.mutate('registerPool', 'RegisterPoolInput', input, { fields: REGISTERED, key });
}

/** The id of a new pool. */
export async function registered(
  app: TestApp,
  client: ApiClient,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const answer = await register(app, client, changes);
  if ('code' in answer) throw new Error(JSON.stringify(answer));
  return answer['pool'].poolId as string;
}

/** Sends one of the mutations that change a pool. */
export function change(
  client: ApiClient,
  mutation: string,
  input: Record<string, unknown>,
  key = client.nextKey(),
): Answer {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  return client.mutate(mutation, type, input, { fields: CHANGED, key });
}

/** The pool as the read model has it for this client; null when it is not there. */
export async function poolOf(client: ApiClient, poolId: string): Promise<any> {
  const query = `query($poolId: ID!) { ${POOL.replace('pool', 'pool(poolId: $poolId)')} }`;
  const { data, errors } = await client.ask(query, { poolId });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['pool'];
}

/** Ids of the pools on all pages, walked with pages of this size. */
export async function idsOf(client: ApiClient, filter: string, first = 100): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const query = `query($after: String) { pools(first: ${first}, after: $after, ${filter}) {
      edges { node { poolId } cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    const { data, errors } = await client.ask(query, { after });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    const { edges, pageInfo }: any = data?.['pools'];
    expect([edges.length <= first, pageInfo.hasPreviousPage]).toEqual([true, after !== null]);
    ids.push(...edges.map((edge: any) => edge.node.poolId));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return ids;
}

/** A program with a key of the owner's organization. */
export async function program(
  app: TestApp,
  owner: ApiClient,
  scopes: readonly string[],
): Promise<ApiClient> {
  const made = await owner.mustMutate(
    'createApiKey',
    'CreateApiKeyInput',
    { name: scopes.join(' '), scopes },
    { fields: '... on CreateApiKeySuccess { token }' },
  );
  const client = app.stranger();
  client.bearer = made['token'];
  return client;
}

/** `field reason` of each issue. */
export const issuesOf = (answer: Record<string, any>): string[] =>
  (answer['issues'] as { field: string; reason: string }[]).map(
    ({ field, reason }) => `${field} ${reason}`,
  );

/** The code of the error that ended a request; null when there was none. */
export const errorOf = async (request: Promise<unknown>): Promise<string | null> =>
  request.then(
    () => null,
    (error: Error) => JSON.parse(error.message)[0].extensions.code as string,
  );

/** As `verifyApp`, once what goes on in the background has settled: it reads the log bit by bit. */
export async function verifySettled(app: TestApp, attempts = 20): Promise<Verified> {
  try {
    return await verifyApp(app);
  } catch (error) {
    if (attempts <= 1) throw error;
    return verifySettled(app, attempts - 1);
  }
}
