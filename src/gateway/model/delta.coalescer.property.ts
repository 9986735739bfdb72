import fc from 'fast-check';
import { readFrame } from './chunk.reading.js';
import { DeltaCoalescer, HELD_BYTES_MAX, type Piece } from './delta.coalescer.js';
import type { RequestBody } from './inference.request.js';
import { addOwn, NO_OUTPUT } from './token.count.js';

const HEAD = { id: 'c', object: 'chat.completion.chunk', model: 'm' };

/** Whatever a server says in one chunk, characters of several units and empty words included. */
const said: fc.Arbitrary<RequestBody> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ content: fc.string({ unit: 'binary', maxLength: 4 }) }) },
  fc.record({ reasoning_content: fc.string({ unit: 'binary', maxLength: 4 }) }),
  fc.record({ refusal: fc.string({ maxLength: 4 }) }),
  fc.constant({ role: 'assistant', content: '' }),
  fc.constant({}),
  fc.record({
    tool_calls: fc.tuple(fc.nat(2), fc.string({ maxLength: 4 }), fc.boolean()).map(([index, text, isNew]) => [
      {
        index,
        ...(isNew ? { id: `call-${index}`, type: 'function' } : {}),
        function: { ...(isNew ? { name: `tool-${index}` } : {}), arguments: text },
      },
    ]),
  }),
);

const logprobs = fc.option(
  fc.array(fc.record({ token: fc.string({ maxLength: 3 }), logprob: fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }) }), { maxLength: 3 })
    .map((content) => ({ content, refusal: null })),
  { freq: 2 },
);

const chunk: fc.Arbitrary<RequestBody> = fc
  .tuple(said, logprobs, fc.nat(1), fc.integer({ min: 0, max: 30 }))
  .map(([delta, probabilities, index, end]) => ({
    ...HEAD,
    choices: [{ index, delta, logprobs: probabilities, finish_reason: end === 0 ? 'stop' : null }],
  }));

const encode = (body: RequestBody): Uint8Array => Buffer.from(`data: ${JSON.stringify(body)}\n\n`);

function pieceOf(body: RequestBody): Piece {
  const facts = readFrame(JSON.stringify(body), true);
  if (facts.kind !== 'chunk') throw new Error(facts.kind);
  return { bytes: encode(body), body, own: facts.own, isFinish: facts.isFinish };
}

/** What a client has in the end: chunks added up by choice, in the order in which kinds came. */
function addedUp(bodies: readonly RequestBody[]): unknown {
  const choices = new Map<number, { parts: [string, string][]; tokens: unknown[]; ends: unknown[]; roles: number }>();
  for (const { choices: list } of bodies) {
    for (const { index, delta, logprobs: given, finish_reason: end } of list as any[]) {
      const choice = choices.get(index) ?? { parts: [], tokens: [], ends: [], roles: 0 };
      choices.set(index, choice);
      if (delta.role !== undefined) choice.roles = 1;
      for (const name of ['content', 'reasoning_content', 'refusal']) add(choice.parts, name, delta[name] ?? '');
      addCalls(choice.parts, delta.tool_calls ?? []);
      choice.tokens.push(...(given?.content ?? []));
      if (end !== null) choice.ends.push(end);
    }
  }
  return [...choices].sort(([a], [b]) => a - b).map(([index, { parts, ...rest }]) => {
    // Tools have a place each; text and thought have an order.
    const texts = parts.filter(([name]) => !name.startsWith('tool') && !name.startsWith('named'));
    const tools = new Map<string, string>();
    for (const [name, value] of parts) if (name.startsWith('tool')) tools.set(name, (tools.get(name) ?? '') + value);
    const names = [...new Set(parts.filter(([name]) => name.startsWith('named')).map(([name]) => name))].sort();
    return { index, texts, tools: [...tools].sort(), names, ...rest };
  });
}

function addCalls(parts: [string, string][], calls: readonly any[]): void {
  for (const { index, id, function: called } of calls) {
    add(parts, `tool ${index}`, called.arguments);
    if (id !== undefined) add(parts, `named ${index} ${id} ${called.name}`, ' ');
  }
}

function add(parts: [string, string][], name: string, value: string): void {
  if (value === '') return;
  const last = parts.at(-1);
  if (last !== undefined && last[0] === name) last[1] += value;
  else parts.push([name, value]);
}

const bodyOf = ({ bytes }: Piece): RequestBody =>
  JSON.parse(Buffer.from(bytes).toString('utf8').slice('data: '.length)) as RequestBody;

describe('chunks that wait for each other, over random streams', () => {
  it('add up to what was sent, and are counted as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(chunk, fc.boolean()), { maxLength: 24 }), (steps) => {
        const coalescer = new DeltaCoalescer();
        const out = steps.flatMap(([body, isFlushed]) => [
          ...coalescer.push(pieceOf(body)),
          ...(isFlushed ? coalescer.take() : []),
        ]);
        out.push(...coalescer.take());
        expect(coalescer.isEmpty).toBe(true);
        const sent = steps.map(([body]) => body);
        expect(addedUp(out.map(bodyOf))).toEqual(addedUp(sent.map((body) => JSON.parse(JSON.stringify(body)))));
        const own = (pieces: readonly Piece[]) => pieces.reduce((sum, piece) => addOwn(sum, piece.own), NO_OUTPUT);
        expect(own(out)).toEqual(own(sent.map(pieceOf)));
      }),
    );
  });

  it('words of one kind become one chunk, and what ends an answer waits for nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 40 }), (words) => {
        const coalescer = new DeltaCoalescer();
        const said = (content: string, end: string | null = null) =>
          pieceOf({ ...HEAD, choices: [{ index: 0, delta: { content }, finish_reason: end }] });
        for (const word of words) expect(coalescer.push(said(word))).toEqual([]);
        const [only, ...more] = coalescer.push(said('', 'stop'));
        expect(more).toEqual([]);
        expect(bodyOf(only!)).toMatchObject({ choices: [{ delta: { content: words.join('') }, finish_reason: 'stop' }] });
      }),
    );
  });

  it('one that met no other goes out as the bytes it came in', () => {
    const coalescer = new DeltaCoalescer();
    const piece = pieceOf({ ...HEAD, choices: [{ index: 0, delta: { content: 'a' }, finish_reason: null }] });
    const odd = { ...piece, bytes: Buffer.from(`data:  ${JSON.stringify(piece.body)}\r\n\r\n`) };
    expect(coalescer.push(odd)).toEqual([]);
    expect(coalescer.take()).toEqual([odd]);
  });

  it('holds no more than its bound', () => {
    const coalescer = new DeltaCoalescer();
    const content = 'x'.repeat(1_000);
    const piece = pieceOf({ ...HEAD, choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    let pushed = 1;
    while (coalescer.push(piece).length === 0) pushed += 1;
    expect(pushed).toBe(Math.floor(HELD_BYTES_MAX / piece.bytes.length) + 1);
    expect(coalescer.isEmpty).toBe(true);
  });
});
