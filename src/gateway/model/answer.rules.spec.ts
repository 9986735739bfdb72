import { lackOf, wantedOf } from './answer.rules.js';
import { addText, NO_OUTPUT } from './token.count.js';

const asked = { operation: 'chat', choices: 1, body: {} } as const;
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

  it.each([
    ['chat', 2, undefined, 2],
    ['completion', 1, 'a', 1],
    ['completion', 2, ['a', 'b', 'c'], 6],
    ['completion', 1, [1, 2, 3], 1],
    ['completion', 1, [[1, 2], [3]], 2],
  ] as const)('%s, n %i, prompt %j: %i answers', (operation, choices, prompt, answers) => {
    const wanted = wantedOf({ operation, choices, body: { prompt } }, false, { outputTokens: 1, bounds });
    expect(wanted.answers).toBe(answers);
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
