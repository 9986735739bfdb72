import { lackOf, wantedOf } from './answer.rules.js';
import { readInference } from './inference.request.js';
import { addText, NO_OUTPUT } from './token.count.js';

const asked = { operation: 'chat', choices: 1 } as const;
const bounds = { promptTokens: 1, outputMax: 16 };
const SAID = addText(NO_OUTPUT, 'answer', 'a', null);

describe('what an answer has to be', () => {
  it.each([
    [true, 16, true],
    [true, 15, false],
    [true, null, false],
    [false, 16, false],
  ])('plain %s, %s tokens to be had: something has to be said %s', (isPlain, outputTokens, mustSay) => {
    expect(wantedOf(asked, isPlain, { outputTokens, bounds }).mustSay).toBe(mustSay);
  });

  it('has as many ends as the request has answers, of all its prompts', () => {
    const hints = { tier: undefined, lane: undefined, ttft: undefined, tpot: undefined };
    const read = readInference('completion', { model: 'm', prompt: ['a', [1, 2], 'c'], n: 2 }, hints);
    if (!read.ok) throw new Error(read.error.field);
    expect(wantedOf(read.value, false, { outputTokens: 1, bounds }).answers).toBe(6);
  });

  it('a whole one lacks nothing, or what is told', () => {
    const chat = { operation: 'chat', answers: 1, outputMax: 16, mustSay: true } as const;
    const embedding = { operation: 'embedding', answers: 1, outputMax: 16, mustSay: false } as const;
    const one = { choices: [{ message: {} }] };
    expect(lackOf({}, NO_OUTPUT, chat)).toBe('has no choices');
    expect(lackOf({ choices: [] }, NO_OUTPUT, { ...chat, mustSay: false })).toBe('has no choices');
    expect(lackOf(one, NO_OUTPUT, chat)).toBe('has no token');
    expect(lackOf(one, NO_OUTPUT, { ...chat, mustSay: false })).toBeNull();
    expect(lackOf(one, SAID, chat)).toBeNull();
    expect(lackOf({ data: [] }, NO_OUTPUT, embedding)).toBe('has no embeddings');
    expect(lackOf({ data: [{}] }, NO_OUTPUT, embedding)).toBeNull();
  });
});
