import { readFrame } from './chunk.reading.js';
import { outputOf } from './token.count.js';

const read = (choice: object, isListed = false): unknown => {
  const facts = readFrame(JSON.stringify({ choices: [choice] }), isListed);
  return facts.kind === 'chunk' ? facts.own : facts;
};
const pieces = (answer: object, reasoning: object): unknown => ({ answer, reasoning });
const NONE = { pieces: 0, bytes: 0 };

describe('what of a chunk is counted', () => {
  it.each([
    ['by the older name', { reasoning_content: ' think' }, 6],
    ['by the newer name', { reasoning: ' think' }, 6],
    ['once, where a server says it by both names', { reasoning_content: ' think', reasoning: ' think' }, 6],
    ['all of it, where the two differ', { reasoning_content: ' think', reasoning: ' more' }, 11],
  ])('thought: %s', (_, delta, bytes) => {
    expect(read({ delta })).toEqual(pieces(NONE, { pieces: 1, bytes }));
    expect(read({ message: delta })).toEqual(pieces(NONE, { pieces: 1, bytes }));
  });

  it.each([
    ['tools', { tool_calls: [{ index: 0, function: { name: 'look', arguments: '{"at":1}' } }] }],
    ['functions, as they were called before', { function_call: { name: 'look', arguments: '{"at":1}' } }],
  ])('calls of %s: name and arguments', (_, delta) => {
    expect(read({ delta })).toEqual(pieces({ pieces: 1, bytes: 12 }, NONE));
    expect(read({ message: delta })).toEqual(pieces({ pieces: 1, bytes: 12 }, NONE));
  });

  it.each([{ tool_calls: 'x' }, { tool_calls: [null, {}] }, { function_call: null }, { function_call: [] }, { function_call: { name: 1 } }])(
    '%j calls nothing',
    (delta) => expect(read({ delta })).toEqual(pieces(NONE, NONE)),
  );

  describe('tokens that are listed', () => {
    const listed = (count: number) => ({ delta: { content: ' unbelievable' }, logprobs: { content: Array(count).fill({}) } });

    it('where the request asked for them', () => {
      expect(read(listed(4), true)).toEqual(pieces({ pieces: 4, bytes: 13 }, NONE));
      expect(read({ text: ' unbelievable', logprobs: { tokens: ['a', 'b'] } }, true)).toEqual(pieces({ pieces: 2, bytes: 13 }, NONE));
    });

    it('not where the upstream lists them unasked', () => {
      expect(read(listed(1_000))).toEqual(pieces({ pieces: 1, bytes: 13 }, NONE));
    });

    it('never more than the text has bytes', () => {
      expect(read(listed(1_000), true)).toEqual(pieces({ pieces: 13, bytes: 13 }, NONE));
    });
  });

  it('200 pieces of thought by two names are 200 tokens', () => {
    const facts = readFrame(JSON.stringify({
      choices: Array.from({ length: 200 }, () => ({ delta: { reasoning_content: ' think', reasoning: ' think' } })),
    }), false);
    expect(facts.kind === 'chunk' && outputOf(facts.own)).toBe(200);
  });
});
