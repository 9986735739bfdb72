import type { PoolId } from '../../kernel/ids.js';
import { ServingService } from './serving.service.js';

const POOL = 'llama-3.3-70b@fp8~pool' as PoolId;
const URL = 'https://inference.example.com/v1';

/** A pool whose credential is kept after so many looks, and how often it was looked for. */
function servingAfter(looks: number, hasCredential = true): { serving: ServingService; asked: () => number } {
  const state = {
    endpoint: { url: URL, hasCredential },
    platform: 'h100',
    profile: { contextLength: 8_192, tier: 'standard', runtime: null },
    serviceLevel: { ttftP95: 200, streamTokensPerSecondMin: 50 },
  };
  const streams = { read: (_definition: unknown, _id: unknown, look: (pool: unknown) => unknown) => Promise.resolve(look(state)) };
  let asked = 0;
  const vault = { find: () => Promise.resolve((asked += 1) > looks ? 'sesame' : null) };
  const serving = Reflect.construct(ServingService, [streams, vault, {}, {}, {}]) as ServingService;
  return { serving, asked: () => asked };
}

describe('how a pool is reached', () => {
  it.each([0, 1, 5])('waits for a credential that comes after its event: %i looks too early', async (looks) => {
    const { serving, asked } = servingAfter(looks);
    expect(await serving.find(POOL)).toMatchObject({ url: URL, credential: 'sesame' });
    expect(asked()).toBe(looks + 1);
  });

  it('is not known without the credential that belongs to it', async () => {
    expect(await servingAfter(Infinity).serving.find(POOL)).toBeNull();
  });

  it('needs none where it has none', async () => {
    const { serving, asked } = servingAfter(Infinity, false);
    expect(await serving.find(POOL)).toMatchObject({ url: URL, credential: null });
    expect(asked()).toBe(0);
  });
});
