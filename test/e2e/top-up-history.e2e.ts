import { MINUTE_MS } from '../../src/kernel/time.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Payments } from '../support/payments.js';
import { clockOf } from '../support/trading.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('the payments into a wallet', () => {
  it('are listed newest first, page by page', async () => {
    const client = await app.signUp('Regular');
    const payments = new Payments(app);
    const made: string[] = [];
    for (const usd of [10, 20, 30, 40]) {
      const { topUp } = await payments.topUp(client, usd);
      made.unshift(topUp.topUpId);
      await clockOf(app).advance(MINUTE_MS);
    }
    const listed: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data }: { data?: any } = await client.ask(
        `query($after: String) { topUpHistory(first: 3, after: $after) {
          pageInfo { hasNextPage endCursor } edges { node { topUpId } } } }`,
        { after },
      );
      const { edges, pageInfo } = data.topUpHistory;
      listed.push(...edges.map(({ node }: any) => node.topUpId));
      [more, after] = [pageInfo.hasNextPage, pageInfo.endCursor];
    }
    expect(listed).toEqual(made);
  });
});
