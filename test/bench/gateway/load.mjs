// Streams kept open against one server, a new one for each that ended. How long after the upstream wrote
// an event it is here, and how long the first one takes from the request on.
import { Agent, request } from 'node:http';

const now = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;
/** The text of an event: microseconds, to base 36. */
const STAMP = /"content":"(\w+)"/g;
/** Streams begin spread over this time: they would march in step otherwise. */
const SPREAD_MS = 400;
const WARM_UP_MS = 1_000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Of an hour's requests: some have a key of their own, some leave, some ask for what nobody has. */
const MIXED = { keyedEvery: 4, leavingEvery: 20, unknownEvery: 20 };
const LEAVING_AFTER = 8;
let asked = 0;

/** How the next request differs from all others. */
function nextKind(isMixed) {
  asked += 1;
  if (!isMixed) return { status: 200, leavesAfter: Infinity, headers: {}, model: null };
  return {
    leavesAfter: asked % MIXED.leavingEvery === 1 ? LEAVING_AFTER : Infinity,
    headers: asked % MIXED.keyedEvery === 0 ? { 'idempotency-key': `bench-${process.pid}-${asked}` } : {},
    ...(asked % MIXED.unknownEvery === 2 ? { status: 404, model: `nobodys-${asked}` } : { status: 200, model: null }),
  };
}

function one({ port, headers, ask, isMixed }, agent, seen) {
  const kind = nextKind(isMixed);
  const body = JSON.stringify(kind.model === null ? ask : { ...ask, model: kind.model });
  return new Promise((done, fail) => {
    const started = now();
    let events = 0;
    const sent = request(
      {
        ...{ port, host: '127.0.0.1', path: '/v1/chat/completions', method: 'POST', agent },
        headers: { ...headers, ...kind.headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let rest = '';
        response.setEncoding('latin1');
        response.on('data', (chunk) => {
          const at = now();
          const text = rest + chunk;
          rest = text.slice(text.lastIndexOf('\n') + 1);
          for (const [, stamp] of text.slice(0, text.length - rest.length).matchAll(STAMP)) {
            if (events === 0) seen.ttft(at - started);
            events += 1;
            seen.delay(at - Number.parseInt(stamp, 36) / 1_000);
          }
          if (text.includes('[DONE]')) seen.ended();
          if (events >= kind.leavesAfter) sent.destroy();
        });
        response.once('end', () => (response.statusCode === kind.status ? done() : fail(new Error(`${response.statusCode} ${rest}`))));
        response.once('error', (error) => (events >= kind.leavesAfter ? done() : fail(error)));
      },
    );
    // Who leaves breaks its connection; for everybody else that is an error.
    sent.once('error', (error) => (events >= kind.leavesAfter ? done() : fail(error)));
    sent.end(body);
  });
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? null;
const sort = (values) => Float64Array.from(values).sort();

async function measure({ target, streams, seconds, tokens, every, isMixed = false }) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const messages = [{ role: 'user', content: 'Say something.' }];
  const ask = { model: target.model, messages, max_tokens: tokens, user: `tokens=${tokens},every=${every}`, stream: true, stream_options: { include_usage: true } };
  const headers = { 'content-type': 'application/json', ...target.headers };
  const from = now() + WARM_UP_MS;
  const until = from + seconds * 1_000;
  const [ttfts, delays] = [[], []];
  let ends = 0;
  let allEvents = 0;
  const isCounted = () => now() >= from && now() <= until;
  const seen = {
    ttft: (ms) => isCounted() && ttfts.push(ms),
    delay(ms) {
      allEvents += 1;
      if (isCounted()) delays.push(ms);
    },
    ended: () => isCounted() && (ends += 1),
  };
  const worker = async (_, index) => {
    await pause((index * SPREAD_MS) / streams);
    while (now() < until) await one({ port: target.port, headers, ask, isMixed }, agent, seen);
  };
  await Promise.all(Array.from({ length: streams }, worker));
  agent.destroy();
  const [first, all] = [sort(ttfts), sort(delays)];
  return {
    ...{ streamsPerSecond: ends / seconds, eventsPerSecond: delays.length / seconds, streams: ends, allEvents },
    ...{ ttftP50: quantile(first, 0.5), ttftP99: quantile(first, 0.99), delayP50: quantile(all, 0.5), delayP99: quantile(all, 0.99) },
  };
}

process.on('message', async (asked) => process.send(await measure(asked)));
process.on('disconnect', () => process.exit(0));
