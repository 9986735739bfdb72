import { INSTANT, readScenario } from '../../src/gateway/adapter/simulator/scenario.js';
import { simulateUpstream, type SimulatedUpstream } from '../../src/gateway/adapter/simulator/simulated-upstream.js';
import { UndiciUpstream } from '../../src/gateway/adapter/undici.upstream.js';
import type { AttemptOutcome, AttemptTools } from '../../src/gateway/application/attempt.js';
import { StreamRelay } from '../../src/gateway/application/stream-relay.js';
import { readWhole } from '../../src/gateway/application/whole-answer.js';
import { billWhole } from '../../src/gateway/model/billing.rules.js';
import { readInference, type InferenceRequest } from '../../src/gateway/model/inference.request.js';
import { gaugesOf, metricsUrlOf, readLoad } from '../../src/gateway/model/upstream.load.js';
import { upstreamBody } from '../../src/gateway/model/usage.presentation.js';
import { VENDOR_FACTS, VENDORS } from '../../src/gateway/model/vendor.facts.js';
import { PLATFORM_LANES } from '../../src/gateway/model/vendor.lanes.js';
import { PLATFORMS } from '../../src/providers/contract.js';
import { ManualTimers } from '../support/manual-timers.js';

const TOKENS = 21;
const TEXT = { messages: [{ role: 'user', content: 'Say.' }], max_tokens: TOKENS };
const TOOL = {
  ...{ messages: TEXT.messages, tool_choice: 'required' },
  tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
};

interface Asked extends AttemptOutcome {
  readonly forwarded: string;
}

/** Each way to each platform of the catalogue, against a simulator that speaks as its vendor publishes. */
describe('the lanes of the catalogue', () => {
  let simulator: SimulatedUpstream;
  let upstream: UndiciUpstream;
  let tools: AttemptTools;

  beforeAll(async () => {
    simulator = await simulateUpstream({ seed: 1, scenario: { ...INSTANT, tokens: TOKENS } });
    upstream = new UndiciUpstream({ isLoopbackAllowed: true, connectMs: 5_000, simulator: null });
    const limits = { connect: 1, firstToken: 1, betweenTokens: 1, answer: 1, client: 1, drain: 1, processes: 1 };
    const stopping = new AbortController().signal;
    // Time stands still: nothing is late.
    tools = { upstream, timers: new ManualTimers(), limits, monotonic: () => 0, stopping } as AttemptTools;
  });
  afterAll(async () => {
    await upstream.onApplicationShutdown();
    await simulator.close();
  });

  it('reach every platform', () => {
    const reached = new Set(PLATFORM_LANES.map(({ platform }) => platform));
    expect([...reached].sort()).toEqual(PLATFORMS.map(({ slug }) => slug).sort());
  });

  it('speak every dialect that there are facts about', () => {
    expect(new Set(PLATFORM_LANES.map(({ vendor }) => vendor))).toEqual(new Set(VENDORS));
  });

  describe.each(PLATFORM_LANES)('$platform by $runtime, as $vendor does it', ({ vendor }) => {
    const facts = VENDOR_FACTS[vendor];

    const read = (body: object, tier?: string): InferenceRequest => {
      const hints = { tier, lane: undefined, ttft: undefined } as Parameters<typeof readInference>[2];
      const request = readInference('chat', { model: 'm', ...body }, hints);
      if (!request.ok) throw new Error(JSON.stringify(request.error));
      return request.value;
    };

    async function ask(body: object, { tier, more = '' }: { tier?: string; more?: string } = {}): Promise<Asked> {
      const request = read(body, tier);
      const parts: Uint8Array[] = [];
      const client = {
        gone: new AbortController().signal,
        keep: () => true,
        letGo: () => undefined,
        begin: () => undefined,
        write: async (bytes: Uint8Array) => void parts.push(bytes),
        end: () => undefined,
      };
      const target = { vendor, model: 'm', outputTokens: request.outputTokensMax };
      const attempt = {
        url: `${simulator.with(`dialect=${vendor},${more}`)}/chat/completions`,
        credential: 'secret',
        body: Buffer.from(JSON.stringify(upstreamBody(request, target))),
        ...{ isStream: request.isStream, isPlain: false, isListed: false, client, wanted: { operation: request.operation, answers: 1, outputMax: 1_000, mustSay: false }, deadline: null, coalescing: null, begin: () => undefined },
      };
      const outcome = await (request.isStream
        ? new StreamRelay(attempt, tools).run()
        : readWhole(attempt, tools));
      return { ...outcome, forwarded: Buffer.concat(parts).toString() };
    }

    const bounds = { promptTokens: 100, outputMax: TOKENS };

    it.each([true, false])('claims what it sent, and nobody disputes it (stream: %s)', async (stream) => {
      const { failure, own, claimed } = await ask({ ...TEXT, stream });
      expect(failure).toBeNull();
      const { counts, dispute } = billWhole(own, claimed, bounds);
      expect([counts.output, dispute]).toEqual([BigInt(TOKENS), null]);
    });

    it('streams the text, and its claims stay with us', async () => {
      const { forwarded } = await ask({ ...TEXT, stream: true });
      const events = forwarded.split('\n\n').filter((event) => event !== '');
      const chunks = events.map((event) => JSON.parse(event.replace(/^data: ?/, '')));
      const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
      expect(text.trim().split(' ')).toHaveLength(TOKENS);
      expect(forwarded).not.toContain('completion_tokens');
    });

    it.each([true, false])('thinks aloud, which counts once (stream: %s)', async (stream) => {
      const { own, claimed } = await ask({ ...TEXT, stream }, { more: 'thought=8' });
      const { counts, dispute } = billWhole(own, claimed, bounds);
      expect([counts.output, dispute]).toEqual([BigInt(TOKENS), null]);
      const shown = own.reasoning.bytes > 0;
      expect(shown).toBe(vendor !== 'tgi');
      expect(counts.reasoning).toBe(['cerebras', 'groq'].includes(vendor) ? 8n : 0n);
      if (stream && vendor === 'vllm') expect(own).toMatchObject({ answer: { pieces: 13 }, reasoning: { pieces: 8 } });
    });

    it('streams calls of tools', async () => {
      const { forwarded, failure } = await ask({ ...TOOL, stream: true });
      expect(failure).toBeNull();
      expect(forwarded).toContain('"name":"look"');
    });

    it.each([true, false])('says how long it took where it publishes that it does (stream: %s)', async (stream) => {
      const { times } = await ask({ ...TEXT, stream });
      const told = { queue: 1_000, prefill: 10_000, decode: 100_000 };
      expect(times).toEqual(facts.times.length === 0 ? null : told);
    });

    it.each([
      ['status-429', 'upstream_busy'],
      ['status-498', 'upstream_busy'],
      ['status-500', 'upstream_error'],
      ['status-401', 'upstream_error'],
    ])('%s is read as %s', async (fault, reason) => {
      const { failure } = await ask({ ...TEXT, stream: true }, { more: `fault=${fault}` });
      expect(failure?.reason).toBe(reason);
    });

    it('is told of a tier in its own words, or not at all', async () => {
      for (const tier of ['fast', 'priority', 'standard', 'batch'] as const) {
        await ask({ ...TEXT, service_tier: 'auto' }, { tier });
        const [seen] = simulator.requests.slice(-1);
        expect(seen?.body['service_tier']).toBe(facts.serviceTiers[tier]);
      }
    });

    it('says how busy it is where it publishes that it does', async () => {
      const url = metricsUrlOf(simulator.with(`dialect=${vendor}`));
      const text = await upstream.read(url, { bytesMax: 65_536, signal: AbortSignal.timeout(10_000) });
      const gauges = gaugesOf(vendor);
      if (gauges === null) return expect(text).toBeNull();
      const cacheShare = gauges.cacheShare.length === 0 ? null : 2_500;
      expect(readLoad(text ?? '', gauges)).toEqual({ running: 3, waiting: 2, cacheShare });
    });
  });

  it('a flex tier that is full refuses who may wait, and nobody else', async () => {
    const scenario = readScenario('dialect=groq,fault=flex-full', INSTANT);
    const full = await simulateUpstream({ seed: 1, scenario });
    const ask = async (body: object): Promise<number> => {
      const bytes = Buffer.from(JSON.stringify({ ...TEXT, ...body }));
      const signal = AbortSignal.timeout(10_000);
      const asked = { url: `${full.url}/chat/completions`, credential: null, body: bytes, isStream: false, signal };
      return (await upstream.send(asked)).status;
    };
    expect([await ask({ service_tier: 'flex' }), await ask({})]).toEqual([498, 200]);
    await full.close();
  });
});
