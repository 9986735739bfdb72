import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { idsOf, poolOf, provider, registered } from '../support/pools.js';
import { until } from '../support/until.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const MARKET = 'paged-model@fp8';
const URL_OF_ALL = 'https://inference.example.com/v1';

describe('pools', () => {
  let owner: ApiClient;
  let ids: string[];

  beforeAll(async () => {
    owner = await provider(app, 'Pages');
    const platforms = ['nvidia-h100', 'nvidia-h100', 'cerebras-wse-3', 'nvidia-h100', 'cerebras-wse-3'];
    const made = await Promise.all(
      platforms.map((platform) => registered(app, owner, { platform, model: 'paged-model' })),
    );
    ids = [...made].sort();
    await until(() => idsOf(app.stranger(), `marketId: "${MARKET}"`), ({ length }) => length === 5);
  });

  it('are read page by page, by strangers too', async () => {
    for (const first of [1, 2, 4, 5, 6]) {
      expect(await idsOf(app.stranger(), `marketId: "${MARKET}"`, first)).toEqual(ids);
    }
  });

  it('are filtered by market, platform and owner, together too', async () => {
    const other = await provider(app, 'Other pages');
    const theirs = await registered(app, other, { model: 'paged-model', quantization: 'fp16' });
    await until(() => poolOf(other, theirs), (row) => row !== null);
    const both = `marketId: "${MARKET}", platform: "cerebras-wse-3"`;
    expect(await idsOf(owner, both)).toHaveLength(2);
    expect(await idsOf(owner, 'own: true')).toEqual(ids);
    expect(await idsOf(other, 'own: true')).toEqual([theirs]);
    expect(await idsOf(other, `own: true, marketId: "${MARKET}"`)).toEqual([]);
    expect(await idsOf(app.stranger(), 'own: true')).toEqual([]);
    expect(await idsOf(owner, 'marketId: "none@fp8"')).toEqual([]);
  });

  it.each([
    ['marketId', '""'],
    ['platform', '""'],
    ['marketId', `"${'x'.repeat(400)}"`],
    ['platform', '"__proto__"'],
  ])('of a %s that is none, %s, are none', async (name, value) => {
    expect(await idsOf(owner, `${name}: ${value}`)).toEqual([]);
  });

  it('of no filter are all', async () => {
    expect(await idsOf(owner, 'marketId: null, platform: null')).toEqual(expect.arrayContaining(ids));
  });

  it('show where requests go to their provider only', async () => {
    const query = `{ pools(marketId: "${MARKET}") { edges { node { endpoint { url hasCredential } } } } }`;
    const endpointsOf = async (client: ApiClient): Promise<unknown[]> =>
      (await client.ask(query)).data?.['pools'].edges.map((edge: any) => edge.node.endpoint);
    const shown = { url: URL_OF_ALL, hasCredential: true };
    expect(await endpointsOf(owner)).toEqual(Array.from({ length: 5 }, () => shown));
    for (const client of [app.stranger(), await provider(app, 'Curious')]) {
      expect(await endpointsOf(client)).toEqual(Array.from({ length: 5 }, () => null));
      expect((await poolOf(client, ids[0]!)).endpoint).toBeNull();
    }
  });

  it('refuse pages of no size and forged cursors', async () => {
    for (const first of [0, -1, 101]) {
      await expect(idsOf(owner, 'own: true', first)).rejects.toThrow('first: expected');
    }
    for (const after of ['', 'x', Buffer.from('["a","b"]').toString('base64url')]) {
      const { errors } = await owner.ask('query($after: String) { pools(after: $after) { edges { cursor } } }', { after });
      expect(errors?.[0]?.message).toMatch(/^after: expected/);
    }
  });
});
