import { mergeChunks } from './delta.merge.js';
import type { RequestBody } from './inference.request.js';

const HEAD = { id: 'c', object: 'chat.completion.chunk', model: 'm', created: 1 };
const chunk = (delta: RequestBody, more: RequestBody = {}): RequestBody => ({
  ...HEAD,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }],
});
const text = (content: string, more: RequestBody = {}): RequestBody => chunk({ content }, more);
const call = (index: number, more: RequestBody): RequestBody => chunk({ tool_calls: [{ index, ...more }] });
const choiceOf = (merged: RequestBody | null): any => (merged as any)?.choices[0];

describe('two chunks as one', () => {
  it('text goes on, characters that were parted are whole again', () => {
    expect(choiceOf(mergeChunks(text('a\ud83c'), text('\udf0ab'))).delta).toEqual({ content: 'a🌊b' });
  });

  it('the role stays, and so does what both say', () => {
    const merged = mergeChunks(chunk({ role: 'assistant', content: '' }), text('a'));
    expect(merged).toMatchObject({ ...HEAD, choices: [{ delta: { role: 'assistant', content: 'a' } }] });
  });

  it('arguments of each tool go on by themselves; another tool stands beside', () => {
    const opened = call(0, { id: 'x', type: 'function', function: { name: 'look', arguments: '{"a"' } });
    const merged = mergeChunks(opened, call(0, { function: { arguments: ':1}' } }));
    const both = mergeChunks(merged as RequestBody, call(1, { id: 'y', function: { name: 'go', arguments: '' } }));
    expect(choiceOf(both).delta.tool_calls).toEqual([
      { index: 0, id: 'x', type: 'function', function: { name: 'look', arguments: '{"a":1}' } },
      { index: 1, id: 'y', function: { name: 'go', arguments: '' } },
    ]);
  });

  it('logprobs keep every token', () => {
    const with1 = (token: string) => ({ logprobs: { content: [{ token, logprob: -0.5 }], refusal: null } });
    const merged = mergeChunks(text('a', with1('a')), text('b', with1('b')));
    expect(choiceOf(merged).logprobs).toEqual({
      content: [{ token: 'a', logprob: -0.5 }, { token: 'b', logprob: -0.5 }],
      refusal: null,
    });
  });

  it('the older completions: text, and lists of its tokens', () => {
    const old = (word: string, offset: number): RequestBody => ({
      ...HEAD,
      choices: [{ index: 0, text: word, logprobs: { tokens: [word], token_logprobs: [-1], top_logprobs: null, text_offset: [offset] } }],
    });
    expect(choiceOf(mergeChunks(old('a', 0), old('b', 1)))).toEqual({
      ...{ index: 0, text: 'ab' },
      logprobs: { tokens: ['a', 'b'], token_logprobs: [-1, -1], top_logprobs: null, text_offset: [0, 1] },
    });
  });

  it('choices go on side by side', () => {
    const second = { ...HEAD, choices: [{ index: 1, delta: { content: 'z' } }] };
    expect((mergeChunks(text('a'), second) as any).choices).toMatchObject([
      { index: 0, delta: { content: 'a' } },
      { index: 1, delta: { content: 'z' } },
    ]);
  });

  it('the reason to stop ends it', () => {
    const end = chunk({}, { finish_reason: 'stop' });
    const merged = mergeChunks(text('a'), end);
    expect(choiceOf(merged)).toMatchObject({ delta: { content: 'a' }, finish_reason: 'stop' });
    expect(mergeChunks(merged as RequestBody, text('b'))).toBeNull();
  });

  it.each<readonly [string, RequestBody, RequestBody]>([
    ['of another answer', text('a'), { ...text('b'), id: 'd' }],
    ['with something of its own', { ...text('a'), x: 1 }, { ...text('b'), x: 2 }],
    ['text after thought', chunk({ reasoning_content: 'a' }), text('b')],
    ['a call after text', text('a'), call(0, { id: 'x', function: { name: 'look', arguments: '' } })],
    ['a tool of another name', call(0, { id: 'x' }), call(0, { id: 'y' })],
    ['a call without a place', chunk({ tool_calls: [{ id: 'x' }] }), chunk({ tool_calls: [{ id: 'y' }] })],
    ['choices without a place', { ...HEAD, choices: [{ delta: {} }] }, { ...HEAD, choices: [{ delta: {} }] }],
    ['a content that is no text', chunk({ content: [1] }), text('b')],
    ['names that every object has', { ...text('a'), constructor: 1 }, { ...text('b'), constructor: 2 }],
  ])('%s stays apart', (_, first, second) => {
    expect(mergeChunks(first, second)).toBeNull();
  });

  it('what is padding, or when it was made, keeps nobody apart', () => {
    const merged = mergeChunks({ ...text('a'), obfuscation: 'xy' }, { ...text('b'), obfuscation: 'z', created: 2 });
    expect(merged).toMatchObject({ created: 1, obfuscation: 'xy', choices: [{ delta: { content: 'ab' } }] });
  });
});
