import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embed, generateText, streamText, tool, type LanguageModel, type Tool } from 'ai';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { HELLO, MODEL, ServingWorld } from '../support/serving.js';

/** Clients that people have already: each is given a base URL and a key, and nothing else. */
describe('the inference gateway, with', () => {
  let world: ServingWorld;
  let reservationId: string;

  beforeAll(async () => {
    world = await ServingWorld.start();
    reservationId = await world.hold(1_000);
  });
  afterAll(() => world.close());

  describe('the Vercel AI SDK', () => {
    const provider = (apiKey = world.key) =>
      createOpenAICompatible({
        name: 'headroom',
        baseURL: `${world.app.url}/v1`,
        apiKey,
        includeUsage: true,
      });
    const model = (apiKey?: string): LanguageModel => provider(apiKey)(MODEL);
    const look: Tool = tool({ inputSchema: z.object({ a: z.string(), b: z.number() }) });

    it('streams text, with what is billed', async () => {
      const { textStream, usage, finishReason, response } = streamText({
        ...{ model: model(), prompt: 'Say something.', maxOutputTokens: 5, maxRetries: 0 },
      });
      const parts: string[] = [];
      for await (const part of textStream) parts.push(part);
      expect(parts).toEqual([' it', ' is', ' é', ' a', ' 日']);
      expect(await usage).toMatchObject({ outputTokens: 5 });
      expect(await finishReason).toBe('length');
      const { headers = {} } = await response;
      expect(headers['x-headroom-lane']).toBe(reservationId);
    });

    it('streams calls of tools, whose arguments it reads by their schema', async () => {
      const { fullStream, toolCalls, finishReason } = streamText({
        ...{ model: model(), prompt: 'Look.', tools: { look }, toolChoice: 'required', maxRetries: 0 },
      });
      let told = '';
      for await (const part of fullStream) if (part.type === 'tool-input-delta') told += part.delta;
      expect(JSON.parse(told)).toEqual({ a: 'é', b: 1 });
      expect(await toolCalls).toMatchObject([{ toolName: 'look', input: { a: 'é', b: 1 } }]);
      expect(await finishReason).toBe('tool-calls');
    });

    it('goes on after a tool has answered', async () => {
      const answering: Tool = tool({
        inputSchema: z.object({ a: z.string(), b: z.number() }),
        execute: async ({ a, b }: { a: string; b: number }) => `${a}${b}`,
      });
      const { steps, text } = streamText({
        model: model(),
        prompt: 'Look, and say.',
        tools: { look: answering },
        maxOutputTokens: 3,
        maxRetries: 0,
        prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? 'required' : 'none' }),
        stopWhen: ({ steps: made }) => made.length === 2,
      });
      expect(await text).toBe(' it is é');
      expect((await steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'length']);
      const [seen] = world.upstream.requests.slice(-1);
      expect(seen?.body['messages']).toMatchObject([
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ function: { name: 'look' } }] },
        { role: 'tool', content: 'é1' },
      ]);
    });

    it('answers whole, and embeds', async () => {
      const whole = await generateText({ model: model(), prompt: 'Say.', maxOutputTokens: 2 });
      expect(whole.text).toBe(' it is');
      const { embedding } = await embed({ model: provider().embeddingModel(MODEL), value: 'a' });
      expect(embedding).toHaveLength(3);
    });

    it('is told what is wrong with its key', async () => {
      const asked = generateText({ model: model('hr_x'), prompt: 'Say.', maxRetries: 0 });
      await expect(asked).rejects.toMatchObject({
        statusCode: 401,
        message: 'send an API key of your organization as a bearer token',
      });
    });
  });

  describe('curl', () => {
    /** Standard output of the program itself. */
    const curl = async (...args: readonly string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)('curl', ['--silent', '--no-buffer', ...args]);
      return stdout;
    };
    const ask = (body: object): Promise<string> =>
      curl(
        `${world.app.url}/v1/chat/completions`,
        ...['-H', `authorization: Bearer ${world.key}`, '-H', 'content-type: application/json'],
        ...['-d', JSON.stringify(body)],
      );

    it('streams text, to the end', async () => {
      const told = await ask({ model: MODEL, messages: HELLO, max_tokens: 3, stream: true });
      const events = told.trimEnd().split('\n\n');
      expect(events.at(-1)).toBe('data: [DONE]');
      const text = events
        .slice(0, -1)
        .map((event) => JSON.parse(event.slice('data: '.length)).choices[0].delta.content ?? '')
        .join('');
      expect(text).toBe(' it is é');
    });

    it('streams calls of tools', async () => {
      const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
      const told = await ask({ model: MODEL, messages: HELLO, stream: true, tools, tool_choice: 'required' });
      expect(told).toContain('"name":"look"');
      expect(told).toContain('"finish_reason":"tool_calls"');
    });

    it('answers whole, and lists models', async () => {
      const answer = JSON.parse(await ask({ model: MODEL, messages: HELLO, max_tokens: 2 }));
      expect(answer.choices[0].message.content).toBe(' it is');
      const told = await curl(`${world.app.url}/v1/models`, '-H', `authorization: Bearer ${world.key}`);
      expect(JSON.parse(told).data.map(({ id }: { id: string }) => id)).toEqual([MODEL, `${MODEL}@fp8`]);
    });
  });
});
