// Reports the trace as CloudEvents, timed as it arrived, with one batch sent twice.
import { RefusedError, until } from './client.mjs';
import { progress, say } from './say.mjs';

const BATCH = 500;
const TYPE = 'ai.headroom.usage.v1';

const QUERY = `query($id: ID!) { usageTotals(reservationId: $id) {
  events inputTokens outputTokens overageAmount } }`;

/** Serves the requests in the first hour of a reservation and waits until they are counted. */
export async function serve({ run, trace, sums, admin, start }, { key, reservationId }) {
  const eventOf = ({ offsetMs, inputTokens, outputTokens }, index) => ({
    specversion: '1.0',
    type: TYPE,
    source: `/demo/${run}`,
    id: String(index),
    time: new Date(start + offsetMs).toISOString(),
    datacontenttype: 'application/json',
    data: { reservationId, inputTokens, outputTokens },
  });
  const events = trace.map(eventOf);
  let duplicates = 0;
  for (let from = 0; from < events.length; from += BATCH) {
    const batch = events.slice(from, from + BATCH);
    await admin.mutate('advanceClock', { to: batch.at(-1).time });
    await report(key, batch);
    progress(Math.min(from + BATCH, events.length), events.length, 'requests reported');
    if (from === 0) duplicates = (await report(key, batch)).duplicates;
  }
  say(`one batch was sent twice: ${duplicates} duplicates, counted once`);
  const totals = await until(
    async () => (await key.ask(QUERY, { id: reservationId })).usageTotals,
    (seen) => isWhole(seen, sums, events.length),
    'the roll-up of all requests',
  );
  const { inputTokens, outputTokens, overageAmount } = totals;
  return { inputTokens, outputTokens, duplicates, overageMicroUsd: overageAmount };
}

function isWhole(seen, { input, output }, events) {
  if (seen === null) return false;
  if (BigInt(seen.inputTokens) > input || BigInt(seen.outputTokens) > output) {
    throw new Error(`more was counted than served: ${JSON.stringify(seen)}`);
  }
  return (
    seen.inputTokens === input.toString() &&
    seen.outputTokens === output.toString() &&
    seen.events === String(events)
  );
}

async function report(key, batch) {
  const body = JSON.stringify(batch);
  const response = await key.post('/v1/usage', 'application/cloudevents-batch+json', body);
  const answer = await response.json();
  if (response.status !== 202) throw new RefusedError(`usage: ${JSON.stringify(answer)}`);
  return answer;
}
