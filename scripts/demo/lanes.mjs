// A lane: a pool whose endpoint is a simulator, what is listed of it, and a startup's reservation.
import { costOf } from './arithmetic.mjs';
import { check } from './check.mjs';
import { list } from './providers.act.mjs';
import { buy } from './reservation.act.mjs';
import { count, say, usd } from './say.mjs';

const QUANTITY = 60_000n;
const QUANTIZATION = 'fp8';
/** In milliseconds: wide enough for a machine that is busy with the whole story. */
const PROMISED_MS = 1_000;
const SAMPLES_MIN = 10;
/** By rising miss, in hundredths of a per cent of the objective and of the hour's price. */
const STEPS = [
  { missedBy: 0, credit: 1_000 },
  { missedBy: 2_500, credit: 2_500 },
  { missedBy: 5_000, credit: 5_000 },
];
/** Answers are as long as they were in the trace: simulators want more than anybody asks for. */
const ENDLESS = 'tokens=1000000,speed=2000';

const KINDS = {
  'Wafer House': {
    ...{ platform: 'cerebras-wse-3', region: 'us-west-2', runtime: 'cerebras-inference 2.4' },
    ...{ unitPrice: 360n, seed: 1, scenario: `dialect=cerebras,ttft=60,spread=25,${ENDLESS}` },
  },
  Switchyard: {
    ...{ platform: 'groq-lpu', region: 'us-east-1', runtime: 'groq-compiler 0.11' },
    ...{ unitPrice: 324n, seed: 2, scenario: `dialect=groq,ttft=90,spread=25,${ENDLESS}` },
  },
};

/** What a miss costs by the formula: the worst one counts. */
function creditFor(misses) {
  const worst = Math.max(...misses.map(({ missedBy }) => missedBy));
  return misses.length === 0 ? 0 : STEPS.find(({ missedBy }) => missedBy === worst).credit;
}

export async function openLane(stage, { provider, buyer, model, window, simulators }) {
  const kind = KINDS[provider.name];
  const url = await simulators.start(provider.name, kind.seed, kind.scenario);
  const poolId = await openPool(provider, { kind, url, model, window });
  say(`${provider.name}: ${model}, first token within ${count(PROMISED_MS)} ms; SIMULATED upstream at ${url}`);
  const { unitPrice } = kind;
  const listingId = await list(provider, { poolId, window, quantity: QUANTITY, unitPrice });
  const hours = BigInt((Date.parse(window.end) - Date.parse(window.start)) / 3_600_000);
  const amount = costOf(QUANTITY, hours, unitPrice);
  const { reservationId } = await buy(buyer, { listingId, window, quantity: QUANTITY, amount });
  const sale = stage.books.buy({ buyer, seller: provider, amount });
  await stage.checkWallet(buyer);
  say(`${buyer.name} reserves all of it for ${usd(amount)}`);
  return {
    ...{ provider, name: provider.name, reservationId, sale, unitPrice, quantity: QUANTITY, creditFor },
    ...{ steps: STEPS, promisedMs: PROMISED_MS, samplesMin: SAMPLES_MIN },
  };
}

async function openPool({ name, client }, { kind: { platform, region, runtime }, url, model, window }) {
  const { pool } = await client.mutate(
    'registerPool',
    {
      ...{ name: `${name}, ${model}`, platform, region, model, quantization: QUANTIZATION, residency: ['US'] },
      nameplate: [{ window, quantity: QUANTITY.toString() }],
      profile: {
        ...{ runtime, contextLength: 131_072, tier: 'FAST' },
        weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 },
      },
      serviceLevel: { ttftP95Ms: PROMISED_MS, streamTokensPerSecondMin: 100, availability: 9_900 },
      endpoint: { url },
      terms: {
        cancellation: [{ noticeHours: 0, fee: 5_000 }],
        resale: { isTransferable: false, hopsMax: 1, royalty: 0 },
        credits: { samplesMin: SAMPLES_MIN, steps: STEPS },
        overagePrice: '900000',
      },
    },
    'pool { poolId marketId }',
  );
  check(`${name}'s market`, pool.marketId, `${model}@${QUANTIZATION}`);
  return pool.poolId;
}
