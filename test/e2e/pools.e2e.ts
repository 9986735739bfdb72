import { CredentialVault } from '../../src/providers/application/credential-vault.js';
import type { PoolId } from '../../src/kernel/ids.js';
import { nameUuid } from '../../src/platform/ids/name-uuid.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Membership } from '../support/membership.js';
import {
  change,
  errorOf,
  idsOf,
  issuesOf,
  nextHour,
  poolOf,
  program,
  provider,
  register,
  registered,
  startOf,
  verifySettled,
} from '../support/pools.js';
import { clockOf, HOUR, poolInput, span } from '../support/trading.js';
import { until } from '../support/until.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const ENDPOINT = { url: 'https://inference.example.com/v1', credential: 'upstream-secret' };
/** Longer than a key of an index may be, and nothing that compresses. */
const DIGITS = Array.from({ length: 100 }, (_, index) => nameUuid(`${index}`)).join('');
const credentialOf = (poolId: string): Promise<string | null> =>
  app.application.get(CredentialVault).find(poolId as PoolId, ENDPOINT.url);

describe('registering', () => {
  it('answers with the pool, and never with its credential', async () => {
    const client = await provider(app, 'Registers');
    const input = poolInput(startOf(app));
    const { pool } = await register(app, client);
    const { model: _model, quantization: _quantization, endpoint: _endpoint, terms, ...same } = input;
    const { resale, ...termsSame } = terms;
    expect(pool).toMatchObject({
      ...same,
      poolId: expect.stringMatching(/^llama-3\.3-70b@fp8~[0-9a-f-]{36}$/),
      marketId: 'llama-3.3-70b@fp8',
      endpoint: { url: ENDPOINT.url, hasCredential: true },
      terms: {
        ...termsSame,
        resale: { ...resale, priceCap: null, holdingTimeMinutes: 0 },
        buyerShareMax: null,
      },
      profileVersion: 1,
      registeredAt: null,
    });
    expect(JSON.stringify(pool)).not.toContain(ENDPOINT.credential);
    const kept = await until(() => poolOf(client, pool.poolId), (row) => row !== null);
    expect(kept).toEqual({ ...pool, registeredAt: expect.any(String) });
    expect(await credentialOf(pool.poolId)).toBe(ENDPOINT.credential);
  });

  it('makes one pool for each key, however often and at once', async () => {
    const client = await provider(app, 'Repeats');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => register(app, client, {}, 'pool')),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await register(app, client, {}, 'pool')).toEqual(answers[0]);
    const { poolId } = answers[0]!['pool'];
    await until(() => poolOf(client, poolId), (row) => row !== null);
    expect(await idsOf(client, 'own: true')).toEqual([poolId]);
    const other = await register(app, client, {}, 'another-pool');
    expect(other['pool'].poolId).not.toBe(poolId);
  });

  it.each([
    ['another name', { name: 'Wafer row 8' }],
    ['another model', { model: 'llama-3.1-8b' }],
    ['another quantization', { quantization: 'fp16' }],
    ['another credential', { endpoint: { ...ENDPOINT, credential: 'other' } }],
    ['no credential', { endpoint: { url: ENDPOINT.url } }],
    ['another host', { endpoint: { ...ENDPOINT, url: 'https://other.example.com' } }],
    ['another host and something wrong', { region: '?', endpoint: { ...ENDPOINT, url: 'https://other.example.com' } }],
  ])('refuses a key that comes again with %s, and changes nothing', async (what, changes) => {
    const client = await provider(app, `Mismatch: ${what}`);
    const first = await register(app, client, {}, 'pool');
    expect(await errorOf(register(app, client, changes, 'pool'))).toBe('IDEMPOTENCY_MISMATCH');
    const { poolId } = first['pool'];
    // Before the key is repeated, which would mend what the mismatch did.
    expect(await credentialOf(poolId)).toBe(ENDPOINT.credential);
    expect(await register(app, client, {}, 'pool')).toEqual(first);
    await until(() => poolOf(client, poolId), (row) => row !== null);
    expect(await idsOf(client, 'own: true')).toEqual([poolId]);
  });

  it('answers a key the same when what it said could not be said any more', async () => {
    const client = await provider(app, 'Late');
    const start = nextHour(app) - HOUR;
    const nameplate = [{ window: span(start, start + HOUR), quantity: '5' }];
    const first = await register(app, client, { nameplate }, 'pool');
    await clockOf(app).advanceTo((start + 2 * HOUR) as never);
    expect(await register(app, client, { nameplate }, 'pool')).toEqual(first);
    expect(issuesOf(await register(app, client, { nameplate }, 'new'))).toEqual([
      'nameplate starts in the past',
    ]);
  });

  it('treats the same key of another organization as new', async () => {
    const [one, two] = [await provider(app, 'One'), await provider(app, 'Two')];
    const first = await register(app, one, {}, 'pool');
    const second = await register(app, two, { name: 'Two’s' }, 'pool');
    expect(second['pool'].poolId).not.toBe(first['pool'].poolId);
    expect(second['pool'].name).toBe('Two’s');
  });

  it('lists every wrong field at once, by its path', async () => {
    const client = await provider(app, 'Wrong fields');
    const start = startOf(app);
    const answer = await register(app, client, {
      ...{ name: '\u200b', platform: '__proto__', model: 'Llama 3', region: 'US West' },
      residency: ['US', 'usa'],
      nameplate: [
        { window: span(start, start + HOUR), quantity: '1' },
        { window: span(start + HOUR, start + HOUR), quantity: '1' },
        { window: span(start + HOUR, start), quantity: '1' },
      ],
      profile: {
        ...{ runtime: ' ', contextLength: 0, tier: 'FAST' },
        weights: { input: -1, cachedInput: 100_001, reasoning: 0 },
      },
      serviceLevel: { ttftP95Ms: 0, streamTokensPerSecondMin: 0, availability: 10_001 },
      endpoint: { url: 'http://169.254.169.254/latest', credential: 'two words' },
      terms: {
        resale: { isTransferable: true, hopsMax: 11, priceCap: 0, royalty: 5_001, holdingTimeMinutes: -1 },
        cancellation: [{ noticeHours: 24, fee: 0 }, { noticeHours: 1, fee: -1 }],
        overagePrice: '-1',
        buyerShareMax: 0,
      },
    });
    expect(answer['code']).toBe('VALIDATION_FAILED');
    expect([...new Set(answer['issues'].map(({ field }: any) => field))].sort()).toEqual(
      [
        ...['name', 'platform', 'model', 'region', 'residency'],
        ...['nameplate.1.window', 'nameplate.2.window'],
        ...['profile.runtime', 'profile.contextLength', 'profile.weights.input', 'profile.weights.cachedInput'],
        ...['serviceLevel.ttftP95Ms', 'serviceLevel.streamTokensPerSecondMin', 'serviceLevel.availability'],
        ...['endpoint.url', 'endpoint.credential'],
        ...['terms.resale.hopsMax', 'terms.resale.priceCap', 'terms.resale.royalty', 'terms.resale.holdingTimeMinutes'],
        ...['terms.cancellation', 'terms.cancellation.1.fee'],
        ...['terms.overagePrice', 'terms.buyerShareMax'],
      ].sort(),
    );
    for (const { reason, accepted } of answer['issues']) {
      expect([reason, accepted]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
    }
    expect(await idsOf(client, 'own: true')).toEqual([]);
  });

  it.each([
    ['no window', { nameplate: [] }, 'nameplate is empty'],
    ['1,001 windows', { nameplate: Array.from({ length: 1_001 }, () => ({ window: span(0, HOUR), quantity: '1' })) }, 'nameplate holds too many windows'],
    ['a credential of nothing', { endpoint: { ...ENDPOINT, credential: '' } }, 'endpoint.credential is empty, too long or has characters that no header can carry'],
    ['a credential that breaks the header', { endpoint: { ...ENDPOINT, credential: 'a\r\nhost: b' } }, 'endpoint.credential is empty, too long or has characters that no header can carry'],
    ['a credential beyond ASCII', { endpoint: { ...ENDPOINT, credential: 'schlüssel' } }, 'endpoint.credential is empty, too long or has characters that no header can carry'],
    ['a credential of 4,001 characters', { endpoint: { ...ENDPOINT, credential: 'k'.repeat(4_001) } }, 'endpoint.credential is empty, too long or has characters that no header can carry'],
    ['an unknown platform', { platform: 'toaster' }, 'platform is not in the catalogue'],
  ])('refuses %s', async (_what, changes, issue) => {
    const client = await provider(app, `Refused: ${issue}`);
    expect(issuesOf(await register(app, client, changes))).toEqual([issue]);
  });

  it('keeps a credential of 4,000 characters', async () => {
    const client = await provider(app, 'Long');
    const credential = 'k'.repeat(4_000);
    const poolId = await registered(app, client, { endpoint: { ...ENDPOINT, credential } });
    expect(await credentialOf(poolId)).toBe(credential);
  });

  it('is for providers', async () => {
    const buyer = await app.signUp('Only buys');
    const answer = await register(app, buyer);
    expect(answer).toMatchObject({
      __typename: 'NotAProviderRejection',
      code: 'NOT_A_PROVIDER',
      message: expect.stringContaining('sign up as a provider'),
    });
  });
});

describe('who may change pools', () => {
  const asInputs = (poolId: string): Record<string, Record<string, unknown>> => {
    const start = startOf(app);
    const { terms, profile } = poolInput(start);
    const added = [{ window: span(start, start + HOUR), quantity: '1' }];
    return {
      extendPool: { poolId, added },
      changeServingProfile: { poolId, profile },
      changePoolTerms: { poolId, terms },
      changePoolEndpoint: { poolId, endpoint: ENDPOINT },
    };
  };
  const attempts = async (client: ApiClient, poolId: string): Promise<(string | null)[]> => [
    await errorOf(register(app, client)),
    ...(await Promise.all(
      Object.entries(asInputs(poolId)).map(([name, input]) => errorOf(change(client, name, input))),
    )),
  ];
  const all = (code: string | null): (string | null)[] => Array.from({ length: 5 }, () => code);

  it('owners and traders, and keys made for it', async () => {
    const owner = await provider(app, 'Roles');
    const people = new Membership(app);
    const poolId = await registered(app, owner);
    const member = async (role: string): Promise<ApiClient> => (await people.join(owner, role)).client;
    const others = await program(app, owner, ['MARKET_READ', 'MARKET_TRADE', 'USAGE_WRITE', 'BILLING_READ', 'BILLING_WRITE']);
    const able = await program(app, owner, ['CAPACITY_PROVIDE']);
    expect({
      owner: await attempts(owner, poolId),
      trader: await attempts(await member('TRADER'), poolId),
      viewer: await attempts(await member('VIEWER'), poolId),
      finance: await attempts(await member('FINANCE'), poolId),
      key: await attempts(able, poolId),
      otherKey: await attempts(others, poolId),
      stranger: await attempts(app.stranger(), poolId),
    }).toEqual({
      owner: all(null),
      trader: all(null),
      viewer: all('FORBIDDEN'),
      finance: all('FORBIDDEN'),
      key: all(null),
      otherKey: all('FORBIDDEN'),
      stranger: all('UNAUTHENTICATED'),
    });
  });

  it('nobody else: another’s pool is answered as one that is not there', async () => {
    const [mine, theirs] = [await provider(app, 'Mine'), await provider(app, 'Theirs')];
    const poolId = await registered(app, mine);
    const before = await until(() => poolOf(mine, poolId), (row) => row !== null);
    const unknown = `${before.marketId}~00000000-0000-8000-8000-000000000000`;
    const ids = [poolId, unknown, 'x', '', '~', 'a@b~c', 'x'.repeat(400), `${unknown}${DIGITS}`];
    for (const name of Object.keys(asInputs(poolId))) {
      const answers = await Promise.all(
        ids.map((id) => change(theirs, name, asInputs(id)[name]!)),
      );
      const message = 'your organization has no such pool';
      const notFound = { __typename: 'NotFoundRejection', code: 'NOT_FOUND', message, field: 'poolId' };
      expect(answers).toEqual(ids.map(() => notFound));
    }
    expect(await poolOf(mine, poolId)).toEqual(before);
  });
});

describe('after all of that', () => {
  it('the log and what is read from it agree', async () => {
    expect((await verifySettled(app)).streams).toBeGreaterThan(10);
  });
});
