import type { Pool } from 'pg';
import { ROLL_UP_AFTER } from '../../src/metering/application/usage.definition.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient, TestApp } from './app.js';
import { gatewayRecord, recordAll } from './gateway-records.js';
import { clockOf, Trading } from './trading.js';
import { until } from './until.js';
import { makeKey } from './usage.js';

const MINUTE = 60_000;
const PAIRS = 4;

/** A provider and a buyer after an hour of traffic that missed its promise, one more in good order, and a pilot. */
export class ServedStory {
  private constructor(
    readonly app: TestApp,
    readonly market: Trading,
    readonly buyer: ApiClient,
    readonly lane: string,
    readonly pilotId: string,
  ) {}

  static async tell(app: TestApp): Promise<ServedStory> {
    const market = await Trading.open(app);
    const buyer = await market.buyer('Lantern Labs', 1_000);
    const lane = await market.buy(buyer, await market.list(0, 10, 1_000), 0, 10, 1_000);
    const second = await Trading.open(app, { name: 'Wafer row 9', quantization: 'fp16' });
    const mirror = await second.buy(buyer, await second.list(0, 10, 800), 0, 10, 800);
    await market.list(12, 36, 4_000, 1_500);
    await market.pass(0.5);
    const organizationId = (await buyer.ask('{ viewer { organization { organizationId } } }')).data?.['viewer'].organization.organizationId;
    const serve = serving({ app, start: market.start, organizationId, reservationId: lane });
    await serve(0, 30, [120, 160, 900]);
    await settle(app);
    await market.pass(1.2);
    await serve(60, 11, [110, 140, 220, 180]);
    await settle(app);
    const pilotId = await pilot(app, { buyer, lane, mirror });
    return new ServedStory(app, market, buyer, lane, pilotId);
  }

  /** Lets what came in be measured: it gathers by the exchange's clock. */
  settle(): Promise<void> {
    return settle(this.app);
  }
}

/** Some requests in each minute, by turns as slow as said; every ninth of them fails. */
function serving({ app, start, ...whose }: { readonly app: TestApp; readonly start: number; readonly organizationId: string; readonly reservationId: string }) {
  return (from: number, minutes: number, ttfts: readonly number[]): Promise<void> => {
    const records = Array.from({ length: minutes }, (_, minute) =>
      ttfts.map((ttft, index) => {
        const served = { ...whose, servedAt: start + (from + minute) * MINUTE + index * 1_000 };
        const isLost = (minute + index) % 9 === 8;
        return gatewayRecord(served, { ttft: (ttft + minute * 2) * 1_000, ...(isLost ? { reason: 'upstream_error' as const } : {}) });
      }),
    );
    return recordAll(app, records.flat());
  };
}

async function settle(app: TestApp): Promise<void> {
  await clockOf(app).advance(ROLL_UP_AFTER);
  const pool = app.application.get<Pool>(POOL);
  await until(
    async () => (await pool.query('SELECT 1 FROM usage_pending')).rowCount,
    (rows) => rows === 0,
  );
}

/** All requests of the one lane are repeated on the other, until there are pairs to compare. */
async function pilot(app: TestApp, { buyer, lane, mirror }: { readonly buyer: ApiClient; readonly lane: string; readonly mirror: string }): Promise<string> {
  const input = { share: 10_000, requestsMax: 50, tokensMax: '1000000', mirrorReservationId: mirror, primaryReservationIds: [lane] };
  const started = await buyer.mustMutate('startPilot', 'StartPilotInput', input, { fields: '... on StartPilotSuccess { pilot { pilotId } }' });
  const { pilotId } = started['pilot'];
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await makeKey(buyer, ['INFERENCE_USE'])}`, 'x-headroom-lane': lane };
  const body = JSON.stringify({ model: 'llama-3.3-70b', stream: true, max_tokens: 40, messages: [{ role: 'user', content: 'Say something.' }] });
  const report = 'query($id: ID!) { pilotReport(pilotId: $id) { groups { side start requests } } }';
  for (let count = 1; count <= PAIRS; count += 1) {
    // Known to the gateway once the read model shows it.
    await until(
      async () => {
        const response = await fetch(`${app.url}/v1/chat/completions`, { method: 'POST', headers, body });
        await response.text();
        return response.status;
      },
      (status) => status === 200,
    );
  }
  await until(
    async () => (await buyer.ask(report, { id: pilotId })).data?.['pilotReport'].groups[0]?.requests ?? 0,
    (pairs: number) => pairs > 0,
  );
  return pilotId as string;
}

