import fc from 'fast-check';
import { addClaim, type Claimed } from './billing.rules.js';
import { StreamReader, type Part } from './stream.reading.js';
import { addOwn, NO_OUTPUT } from './token.count.js';

const BYTES_MAX = 2_000;
const encoder = new TextEncoder();

/** Words that look like what is around them, or that JSON writes in another way. */
const word = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  fc.constantFrom('', '"', '\\', '\n', 'content', '"content":"x"', 'stop', 'm'.repeat(37), ' é日🌊', '\u2028', '\ud800', '\ufeff'),
);

const choice = fc.oneof(
  { weight: 20, arbitrary: word.map((content) => ({ delta: { content } })) },
  { weight: 4, arbitrary: word.map((text) => ({ delta: { reasoning_content: text } })) },
  { weight: 2, arbitrary: word.map((text) => ({ text })) },
  fc.tuple(word, word).map(([content, refusal]) => ({ delta: { content, refusal } })),
  fc.tuple(word, word).map(([content, reasoning]) => ({ delta: { role: content, content, reasoning } })),
  word.map((text) => ({ delta: { reasoning_content: text, reasoning: text } })),
  fc.tuple(word, word).map(([text, other]) => ({ delta: { reasoning_content: text, reasoning: other } })),
  fc.tuple(word, fc.integer({ min: 1, max: 5 })).map(([content, listed]) => ({ delta: { content }, logprobs: { content: Array(listed).fill({}) } })),
  word.map((content) => ({ delta: { content }, finish_reason: 'stop' })),
  fc.constant({ delta: { role: 'assistant', content: '' } }),
  word.map((name) => ({ delta: { tool_calls: [{ index: 0, function: { name, arguments: name } }] } })),
);

/** What an upstream may write: mostly chunks of one shape, and between them whatever else there is. */
const frame = fc.oneof(
  { weight: 12, arbitrary: choice.map((one) => ({ id: 'c', choices: [{ index: 0, finish_reason: null, ...one }] })) },
  choice.map((one) => ({ id: 'c', choices: [one, one] })),
  choice.map((one) => ({ id: 'c', choices: [one], usage: { prompt_tokens: 3, completion_tokens: 4 } })),
  fc.constant({ id: 'c', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }),
  fc.constant({ error: { message: 'full' } }),
).map((body) => JSON.stringify(body));

const written = fc.oneof(
  { weight: 20, arbitrary: frame.map((data) => `data: ${data}\n\n`) },
  frame.map((data) => `data: ${data}\r\n\r\n`),
  frame.map((data) => `data: ${data}\r\r`),
  frame.map((data) => `event: "content":"x"\ndata: ${data}\n\n`),
  // A name that is there twice: the last one is meant.
  word.map((text) => `data: {"choices":[{"delta":{"content":${JSON.stringify(text)},"content":"b"}}]}\n\n`),
  fc.constantFrom('data: [DONE]\n\n', ': still here\n\n', 'data: {"id":\n\n', 'data: 1\n\n', '\n\n'),
);

/** Bytes of a stream, some of them perhaps broken on the way, and the sizes of the packets they come in. */
const stream = fc.record({
  frames: fc.array(written, { minLength: 1, maxLength: 24 }),
  repeated: fc.nat(3),
  broken: fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0x20, max: 0xff })), { freq: 4 }),
  sizes: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
});

type Stream = typeof stream extends fc.Arbitrary<infer Value> ? Value : never;

function packetsOf({ frames, repeated, broken, sizes }: Stream): readonly Uint8Array[] {
  const bytes = encoder.encode(frames.map((one) => one.repeat(1 + repeated)).join(''));
  if (broken !== null) bytes[broken[0] % bytes.length] = broken[1];
  const packets: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const end = at + (sizes[turn % sizes.length] ?? 1);
    packets.push(bytes.slice(at, end));
    at = end;
  }
  return packets;
}

function partsOf(packets: readonly Uint8Array[], isListed: boolean, isEachRead: boolean): readonly Part[] {
  const reader = new StreamReader({ bytesMax: BYTES_MAX, isListed, isEachRead });
  return [...packets.flatMap((packet) => reader.read(packet)), ...reader.rest()];
}

/** Everything that is forwarded, counted, claimed or ends something, chunk or run. */
function whatCounts(parts: readonly Part[]): unknown {
  let own = NO_OUTPUT;
  let claimed: Claimed = { kind: 'none' };
  const ends: unknown[] = [];
  let bytes = '';
  for (const part of parts) {
    bytes += Buffer.from(part.bytes).toString('latin1');
    const { facts } = part;
    if (facts.kind === 'run' || facts.kind === 'chunk') own = addOwn(own, facts.own);
    if (facts.kind === 'chunk' && facts.usage !== undefined) claimed = addClaim(claimed, facts.usage);
    const isChunk = facts.kind === 'chunk' || facts.kind === 'run';
    if (!isChunk) ends.push([facts, own, bytes.length]);
    if (facts.kind === 'chunk' && (facts.isFinish || facts.isUsageOnly)) ends.push([facts, own, bytes.length]);
  }
  return { own, claimed, ends, bytes };
}

describe('a stream that is read by patterns', () => {
  it('is counted and forwarded as one of which every chunk is parsed, wherever its packets end', () => {
    fc.assert(
      fc.property(stream, fc.boolean(), (given, isListed) => {
        const packets = packetsOf(given);
        expect(whatCounts(partsOf(packets, isListed, false))).toEqual(whatCounts(partsOf(packets, isListed, true)));
      }),
      { numRuns: 500 },
    );
  });

  it('is not parsed chunk by chunk', () => {
    const chunk = (content: string): string => `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`;
    const words = [' it', ' is', ' é', ' 日', ' a', ' day', ' of', ' 🌊'];
    const packet = encoder.encode(words.map(chunk).join(''));
    const parts = partsOf([packet, packet], false, false);
    expect(parts.map(({ facts }) => facts.kind)).toEqual(['chunk', 'run', 'run']);
    const pieces = parts.map(({ facts }) => ('own' in facts ? facts.own.answer.pieces : 0));
    expect(pieces).toEqual([1, 7, 8]);
  });
});
