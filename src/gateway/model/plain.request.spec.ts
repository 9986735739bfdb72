import { isPlain } from './plain.request.js';

const user = { role: 'user', content: 'Hello' };
const assistant = { role: 'assistant', content: 'Hi' };
const system = { role: 'system', content: 'Be kind' };

describe('a request in which nothing can be refused', () => {
  const fits = { outputTokens: 100, contextLength: 1_000 };
  const ask = (body: Record<string, unknown>, changes: Record<string, unknown> = {}): boolean =>
    isPlain({ operation: 'chat', promptTokens: 10, choices: 1, body: { model: 'm', messages: [user], ...body }, ...changes }, fits);

  it.each([
    ['one message', {}],
    ['all that every server knows', { max_tokens: 5, stream: true, stream_options: { include_usage: true }, temperature: 2, top_p: 1, n: 1 }],
    ['a tier of ours', { service_tier: 'flex' }],
    ['turns', { messages: [system, user, assistant, user] }],
  ])('%s', (_what, body) => expect(ask(body)).toBe(true));

  it.each([
    ['tools', { tools: [] }],
    ['a member that not every server has', { logit_bias: {} }],
    ['a temperature out of range', { temperature: 2.1 }],
    ['a picture', { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] }],
    ['nothing said', { messages: [{ role: 'user', content: ' ' }] }],
    ['a name', { messages: [{ ...user, name: 'Ann' }] }],
    ['two of one side', { messages: [user, user] }],
    ['the assistant last', { messages: [user, assistant] }],
    ['the system alone', { messages: [system] }],
    ['a system’s message in between', { messages: [user, assistant, system] }],
  ])('not with %s', (_what, body) => expect(ask(body)).toBe(false));

  it.each([
    ['225 prompt tokens may be 900 of the 1,000 that fit', { promptTokens: 225 }, true],
    ['226 may be too many', { promptTokens: 226 }, false],
    ['several answers', { choices: 2 }, false],
    ['embeddings', { operation: 'embedding' }, false],
  ])('%s', (_what, changes, expected) => expect(ask({}, changes)).toBe(expected));

  it('a prompt is text', () => {
    const ofPrompt = (prompt: unknown): boolean => ask({}, { operation: 'completion', body: { model: 'm', prompt } });
    expect([ofPrompt('Once'), ofPrompt(''), ofPrompt([1, 2])]).toEqual([true, false, false]);
  });
});
