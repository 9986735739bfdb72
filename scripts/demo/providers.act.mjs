// Act 1: two providers, on different platforms, register pools and list a part of them.
import { perMillion } from './arithmetic.mjs';
import { check } from './check.mjs';
import { chapter, count, percent, rate, say } from './say.mjs';
import { MARKET, MARKET_ID } from './stage.mjs';

/** What overage costs for a million weighted tokens, and an input token's weight in ten-thousandths. */
export const OVERAGE_PRICE = 900_000n;
export const INPUT_WEIGHT = 1_000n;
/** Of 10,000. */
export const ROYALTY = 500n;
export const OUTAGE_PENALTY = 2_000n;

const TERMS = {
  resale: { isTransferable: true, hopsMax: 2, royalty: Number(ROYALTY) },
  cancellation: [{ noticeHours: 24, fee: 0 }, { noticeHours: 0, fee: 5_000 }],
  curtailment: { outagePenalty: Number(OUTAGE_PENALTY) },
  overagePrice: OVERAGE_PRICE.toString(),
};

const WAFER_HOUSE = {
  name: 'Wafer House',
  nameplate: 20_000n,
  pool: {
    name: 'Row 7, llama 70B',
    platform: 'cerebras-wse-3',
    region: 'us-west-2',
    runtime: 'cerebras-inference 2.4',
    serviceLevel: { ttftP95Ms: 400, streamTokensPerSecondMin: 900, availability: 9_990 },
    url: 'https://inference.wafer-house.example.com/v1',
  },
  listed: { quantity: 5_000n, unitPrice: 2_160n, hours: 48 },
};

const SWITCHYARD = {
  name: 'Switchyard',
  nameplate: 3_000n,
  pool: {
    name: 'Hall 2, llama 70B',
    platform: 'groq-lpu',
    region: 'us-east-1',
    runtime: 'groq-compiler 0.11',
    serviceLevel: { ttftP95Ms: 300, streamTokensPerSecondMin: 280, availability: 9_950 },
    url: 'https://api.switchyard.example.com/v1',
  },
  listed: { quantity: 1_000n, unitPrice: 1_980n, hours: 24 },
};

/** Tokens/s that Switchyard has in all. */
export const SWITCHYARD_NAMEPLATE = SWITCHYARD.nameplate;
export const WAFER_HOUSE_PRICE = WAFER_HOUSE.listed.unitPrice;
export const SWITCHYARD_PRICE = SWITCHYARD.listed.unitPrice;

export async function openPools(stage) {
  chapter('1. Two providers open pools and list');
  const waferHouse = await openPool(stage, WAFER_HOUSE);
  const switchyard = await openPool(stage, SWITCHYARD);
  const { hopsMax } = TERMS.resale;
  say(`both let buyers resell, at most ${hopsMax} times, for a royalty of ${percent(ROYALTY)}`);
  say(`for an outage they pay the price back, and a penalty of ${percent(OUTAGE_PENALTY)} of it`);
  return { waferHouse, switchyard };
}

async function openPool(stage, { name, nameplate, pool: { runtime, url, ...facts }, listed }) {
  const party = await stage.signUp(name, { isProvider: true, isBuyer: false });
  stage.books.walletOf(party);
  const { pool } = await party.client.mutate(
    'registerPool',
    {
      ...facts,
      ...MARKET,
      residency: ['US'],
      nameplate: [{ window: stage.window(-2, 48), quantity: nameplate.toString() }],
      profile: {
        runtime,
        contextLength: 131_072,
        weights: { input: Number(INPUT_WEIGHT), cachedInput: 100, reasoning: 10_000 },
        tier: 'FAST',
      },
      endpoint: { url },
      terms: TERMS,
    },
    `pool { poolId marketId nameplate { quantity }
      terms { resale { hopsMax royalty } curtailment { outagePenalty } } }`,
  );
  const { poolId, ...shown } = pool;
  check(`${name}'s pool`, shown, {
    ...{ marketId: MARKET_ID, nameplate: [{ quantity: nameplate }] },
    terms: {
      resale: { hopsMax: TERMS.resale.hopsMax, royalty: TERMS.resale.royalty },
      curtailment: TERMS.curtailment,
    },
  });
  const { platform } = await party.client.ask('query($slug: ID!) { platform(slug: $slug) { vendor name } }', {
    slug: facts.platform,
  });
  say(`${name} on ${platform.vendor} ${platform.name}: ${count(nameplate)} tokens/s of ${pool.marketId} for two days`);
  const window = stage.window(0, listed.hours);
  const listingId = await list(party, { poolId, window, ...listed });
  return Object.assign(party, { poolId, listingId });
}

/** Offers part of a pool at a price, and tells of it. */
export async function list(party, { poolId, window, quantity, unitPrice }) {
  const { listing } = await party.client.mutate(
    'createListing',
    { poolId, window, quantity: quantity.toString(), unitPrice: unitPrice.toString() },
    'listing { listingId quantity pricePerMillionTokens }',
  );
  const { listingId, ...told } = listing;
  check(`what ${party.name} lists`, told, { quantity, pricePerMillionTokens: perMillion(unitPrice) });
  const hours = (Date.parse(window.end) - Date.parse(window.start)) / 3_600_000;
  say(`${party.name} lists ${count(quantity)} tokens/s for ${hours} hours at ${rate(unitPrice)}`);
  return listingId;
}
