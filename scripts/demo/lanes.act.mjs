// Act 6: the trace itself, request by request, through the inference gateway: two lanes, one of which
// becomes slow. The promise that it misses pays, and traffic goes where it is served.
import { costOf, shareOf } from './arithmetic.mjs';
import { check, checkSoon } from './check.mjs';
import { until } from './client.mjs';
import { InferenceClient } from './inference.mjs';
import { openLane } from './lanes.mjs';
import { play } from './playing.mjs';
import { chapter, count, percent, say, usd } from './say.mjs';
import { Simulators } from './simulators.mjs';
import { iso } from './stage.mjs';
import { sumsOf } from './trace.mjs';

const MODEL = 'llama-3.1-8b';
/** Hours into the story: one in which both lanes are as promised, and one in which one of them is not. */
const HOURS = { first: 3, second: 4, end: 5 };
const JUDGED_AFTER = 0.1;
/** What a first token takes on the lane that becomes slow, in milliseconds: three times what is promised. */
const SLOW_MS = 3_000;
const HALF = 5_000;
/**
 * So many are sent there at first whatever was measured before: a third of what is left, within these. Every
 * other one is a stream, and a miss is judged from ten streams on.
 */
const SENT_THERE = { least: 24, most: 100 };
/** Of fewer, too little is left to see that traffic moves away. */
export const SERVED_LEAST = 100;
/** Of what is served after that, so much is looked at to see where it went: the end of it. */
const LOOKED_AT = 1 / 3;

export async function serveOverLanes(stage, { waferHouse, switchyard }) {
  const trace = stage.whole.slice(0, stage.served);
  chapter(`6. ${count(trace.length)} requests of the trace go through the gateway, over two lanes`);
  if (trace.length < stage.whole.length) say(`the trace has ${count(stage.whole.length)}: --served N says how many of them are served`);
  const simulators = new Simulators();
  try {
    return await serveAll(stage, { waferHouse, switchyard, trace, simulators });
  } finally {
    await simulators.stop();
  }
}

async function serveAll(stage, { waferHouse, switchyard, trace, simulators }) {
  const helpDesk = await stage.signUpBuyer('Help Desk', 100);
  const window = stage.window(HOURS.first, HOURS.end);
  const lanes = [];
  for (const provider of [waferHouse, switchyard]) {
    lanes.push(await openLane(stage, { provider, buyer: helpDesk, model: MODEL, window, simulators }));
  }
  const [steady, slow] = lanes;
  await helpDesk.client.mutate('setRouting', canaryOf(slow));
  say(`half of the requests try ${slow.provider.name}'s lane first: a canary, which retreats when it is worse`);
  const client = await clientOf(stage, helpDesk);
  try {
    const parts = { trace, lanes, client, steady, slow, simulators };
    return await serveHours(stage, helpDesk, parts);
  } finally {
    client.close();
  }
}

const canaryOf = ({ reservationId }) => ({ policy: 'CANARY', reservationId, share: HALF });

async function serveHours(stage, helpDesk, { trace, lanes, client, steady, slow, simulators }) {
  const middle = Math.ceil(trace.length / 2);
  const started = Date.now();
  const playPart = (from, to) =>
    play(client, { run: stage.run, model: MODEL, trace, from, to });
  await stage.passTime(stage.at(HOURS.first), 'both lanes begin');
  await lanesAreKnown(client, lanes);
  const before = await playPart(0, middle);
  await stage.passTime(stage.at(HOURS.second), `an hour later ${slow.provider.name} becomes slow`);
  await simulators.become(slow.name, `ttft=${SLOW_MS},spread=0`);
  say(`its first tokens take ${count(SLOW_MS)} ms now; ${count(slow.promisedMs)} are promised`);
  // A canary that retreated before, in a moment of load, would see nothing of it.
  const third = Math.floor((trace.length - middle) / 3);
  const there = Math.min(SENT_THERE.most, Math.max(SENT_THERE.least, third));
  await helpDesk.client.mutate('setRouting', { policy: 'PINNED', reservationId: slow.reservationId });
  say(`${count(there)} requests are pinned to it, then half of them try it first again`);
  const pinned = await playPart(middle, middle + there);
  await helpDesk.client.mutate('setRouting', canaryOf(slow));
  const after = await playPart(middle + there, trace.length);
  const seconds = (Date.now() - started) / 1_000;
  const streams = before.streams + pinned.streams + after.streams;
  say(`${count(trace.length)} requests in ${seconds.toFixed(1)} s: ${count(streams)} as streams, the rest whole`);
  const repeats = before.repeats + pinned.repeats + after.repeats;
  if (repeats > 0) say(`${count(repeats)} were sent again, because nobody answered, and count once`);
  const sums = await checkSums(lanes, helpDesk, trace);
  await stage.passTime(stage.at(HOURS.end + JUDGED_AFTER), 'both hours are over, and judged');
  const hours = await judgedHours(stage, helpDesk, { lanes, requests: trace.length });
  const credits = await checkCredits(stage, helpDesk, { lanes, slow, hours });
  const shares = checkShares(lanes, { slow, steady, hours, after });
  return {
    ...{ requests: trace.length, streamed: streams, repeats, seconds, ...sums },
    ...{ lanes: hours.map(figuresOf), shares, creditsMicroUsd: credits.toString() },
  };
}

/** The token is shown once: a key whose token was lost with a connection is made again. */
async function clientOf(stage, { client }) {
  const input = { name: 'inference', scopes: ['INFERENCE_USE'], expiresInDays: 1 };
  for (;;) {
    const { token } = await client.mutate('createApiKey', input, 'token');
    if (token !== null) return new InferenceClient(stage.url, token);
  }
}

async function lanesAreKnown(client, lanes) {
  const known = async () => (await client.models()).flatMap((model) => model.lanes ?? []);
  const areAll = (ids) => lanes.every(({ reservationId }) => ids.includes(reservationId));
  await until(known, areAll, 'both lanes at the gateway');
}

/** What was counted of both lanes is the trace, to the token. */
async function checkSums(lanes, { client }, trace) {
  const { input, output } = sumsOf(trace);
  const query = `query($id: ID!) { usageTotals(reservationId: $id) { events inputTokens outputTokens overageAmount } }`;
  const ask = async () => {
    const totals = await Promise.all(
      lanes.map(async ({ reservationId: id }) => (await client.ask(query, { id })).usageTotals),
    );
    const sum = (name) => totals.reduce((all, one) => all + BigInt(one?.[name] ?? 0), 0n);
    return { events: sum('events'), input: sum('inputTokens'), output: sum('outputTokens'), overage: sum('overageAmount') };
  };
  await checkSoon('what both lanes served', ask, { events: BigInt(trace.length), input, output, overage: 0n });
  say(`counted ${count(input)} in and ${count(output)} out over both lanes: the sums of these requests, exactly`);
  return { inputTokens: input.toString(), outputTokens: output.toString() };
}

const HOURS_OF = `query($id: ID!) { serviceHours(reservationId: $id) { edges { node {
  hour verdict misses { objective missedBy } creditShare credit
  samples { requests ttft ttftInTime answered aborted refused overLimit }
  figures { ttftMs { p50 p95 p99 } streamTokensPerSecond { p50 } } } } } }`;

/** Each lane's hours, once every request is in one of them. */
async function judgedHours(stage, { client }, { lanes, requests }) {
  const ask = async () => {
    const found = [];
    for (const lane of lanes) {
      const { edges } = (await client.ask(HOURS_OF, { id: lane.reservationId })).serviceHours;
      found.push(...edges.map(({ node }) => ({ ...node, lane })));
    }
    return found;
  };
  const sum = (hours) => hours.reduce((all, { samples }) => all + samples.requests, 0);
  const hours = await until(ask, (seen) => sum(seen) === requests, 'judgement of every request');
  for (const hour of [HOURS.first, HOURS.second]) {
    say(`${iso(stage.at(hour)).slice(11, 16)} UTC: time to first token at the gateway, of streams`);
    for (const one of hours.filter((seen) => Date.parse(seen.hour) === stage.at(hour))) show(one);
  }
  return hours.map((one) => ({ ...one, isSecond: Date.parse(one.hour) === stage.at(HOURS.second) }));
}

const ms = (value) => (value === null ? '-' : `${value.toFixed(0)} ms`).padStart(8);

function show({ lane, samples, figures: { ttftMs }, verdict }) {
  const name = lane.provider.name.padEnd(11);
  const figures = `p50${ms(ttftMs.p50)}  p95${ms(ttftMs.p95)}  p99${ms(ttftMs.p99)}`;
  say(`  ${name}  ${figures}  of ${count(samples.ttft)}; ${count(samples.requests)} requests: ${verdict.toLowerCase()}`);
}

const figuresOf = ({ lane, hour, verdict, samples, figures, credit }) => ({
  ...{ lane: lane.provider.name, hour, verdict, requests: samples.requests, ttftSamples: samples.ttft },
  ttftMs: figures.ttftMs,
  creditMicroUsd: credit,
});

/** Each hour's credit by the formula of its sale, worked out here from what was missed. */
async function checkCredits(stage, helpDesk, { lanes, slow, hours }) {
  let total = 0n;
  for (const lane of lanes) {
    for (const { credit, creditShare, misses, samples, isSecond } of hours.filter((one) => one.lane === lane)) {
      const isLate = samples.ttftInTime * 100 < samples.ttft * 95 && samples.ttft >= lane.samplesMin;
      const saysLate = misses.some(({ objective }) => objective === 'TTFT');
      check(`whether ${lane.provider.name} was late`, saysLate, isLate);
      const isSlowHour = lane === slow && isSecond;
      if (isSlowHour) check('the miss', misses[0], { objective: 'TTFT', missedBy: lane.steps.at(-1).missedBy });
      const share = lane.creditFor(misses);
      const amount = shareOf(costOf(lane.quantity, 1n, lane.unitPrice), BigInt(share));
      check(`the credit of ${lane.provider.name}`, { creditShare, credit }, { creditShare: share, credit: amount });
      if (amount === 0n) continue;
      stage.books.refund(lane.sale, amount);
      total += amount;
      say(`${lane.provider.name} gives back ${percent(share)} of the hour's price by the formula of the sale: ${usd(amount)}`);
    }
  }
  if (!hours.some((one) => one.lane === slow && one.isSecond)) throw new Error('nothing was served while the lane was slow');
  await stage.checkWallet(helpDesk);
  say(`nobody asked for it: it is in ${helpDesk.name}'s wallet`);
  return total;
}

/** Where requests went: in the hour before, and at the end of the one in which a lane was slow. */
function checkShares(lanes, { slow, hours, after }) {
  const requestsOf = (lane, isSecond) =>
    hours.filter((one) => one.lane === lane && one.isSecond === isSecond).reduce((sum, { samples }) => sum + samples.requests, 0);
  const allBefore = lanes.reduce((sum, lane) => sum + requestsOf(lane, false), 0);
  const before = requestsOf(slow, false) / allBefore;
  const end = after.laneOfEach.slice(-Math.ceil(after.laneOfEach.length * LOOKED_AT));
  const then = end.filter((id) => id === slow.reservationId).length / end.length;
  const text = (share) => `${(share * 100).toFixed(1)} %`;
  say(`${slow.provider.name}'s share of the traffic: ${text(before)} before, ${text(then)} once it was slow`);
  // A product that was killed meanwhile has to see it anew.
  if (after.repeats === 0 && !(then < before / 2)) throw new Error('traffic did not move away from the slow lane');
  return { before, after: then };
}
