import fc from 'fast-check';
import {
  addClaim,
  billForwarded,
  billWhole,
  inputMaxOf,
  isClaimed,
  type Bill,
  type Claimed,
} from './billing.rules.js';
import { addText, NO_OUTPUT, outputOf, type OwnCount } from './token.count.js';

const BOUNDS = { promptTokens: 100, outputMax: 1_000 };

/** An answer of so many pieces of four bytes. */
function answer(pieces: number, text = ' sea'): OwnCount {
  let own = NO_OUTPUT;
  for (let piece = 0; piece < pieces; piece += 1) own = addText(own, 'answer', text, null);
  return own;
}

const usage = (input: unknown, output: unknown): unknown => ({
  prompt_tokens: input,
  completion_tokens: output,
});
const claims = (...all: readonly unknown[]): Claimed =>
  all.reduce<Claimed>(addClaim, { kind: 'none' });
const summary = ({ counts, dispute }: Bill): unknown => [
  Number(counts.input),
  Number(counts.output),
  dispute,
];

describe('what is billed of an embedding', () => {
  const EMBEDDING = { promptTokens: 100, outputMax: 0 };
  it.each([
    ['the claim', claims({ prompt_tokens: 90, total_tokens: 90 }), [90, 0, null]],
    ['no more than the bound', claims({ prompt_tokens: 215 }), [214, 0, 'input-higher']],
    ['no output, whatever is claimed of it', claims(usage(90, 500)), [90, 0, null]],
    ['our count without a claim', claims(), [100, 0, 'no-claim']],
    ['our count: negative', claims({ prompt_tokens: -1 }), [100, 0, 'unfit-claim']],
  ])('%s', (_, claimed, expected) => {
    expect(summary(billWhole(NO_OUTPUT, claimed, EMBEDDING))).toEqual(expected);
  });
});

describe('whether an answer says what is billed', () => {
  const counts = { input: 90n, cachedInput: 0n, output: 200n, reasoning: 0n };
  it.each([
    ['the same', true, claims(usage(90, 200))],
    ['said twice', true, claims(usage(90, 200), usage(90, 200))],
    ['another output', false, claims(usage(90, 201))],
    ['another input', false, claims(usage(91, 200))],
    ['cached tokens that are none', false, claims({ prompt_tokens: 90, completion_tokens: 200, prompt_tokens_details: { cached_tokens: 1 } })],
    ['nothing', false, claims()],
    ['different things', false, claims(usage(90, 200), usage(90, 199))],
    ['no count', false, claims(usage(90, -1))],
  ])('%s', (_, is, claimed) => {
    expect(isClaimed(counts, claimed)).toBe(is);
  });
});

describe('what is billed of a whole answer', () => {
  // 200 pieces were forwarded; the prompt is 100 tokens by rule, at most 214.
  it.each([
    ['the claim, when it is what we counted', claims(usage(90, 200)), [90, 200, null]],
    ['the claim, a tenth above', claims(usage(90, 220)), [90, 220, null]],
    ['the claim, a tenth below', claims(usage(90, 180)), [90, 180, null]],
    ['our count, when the claim is higher', claims(usage(90, 221)), [90, 200, 'output-higher']],
    ['the claim, when it is lower', claims(usage(90, 179)), [90, 179, 'output-lower']],
    ['our count without a claim', claims(), [100, 200, 'no-claim']],
    ['our count: negative', claims(usage(90, -200)), [100, 200, 'unfit-claim']],
    ['our count: 1e18', claims(usage(90, 1e18)), [100, 200, 'unfit-claim']],
    ['our count: NaN', claims(usage(90, NaN)), [100, 200, 'unfit-claim']],
    ['our count: a fraction', claims(usage(90, 200.5)), [100, 200, 'unfit-claim']],
    ['our count: text', claims(usage('90', 200)), [100, 200, 'unfit-claim']],
    ['the lower of two claims', claims(usage(90, 400), usage(90, 200)), [90, 200, 'several-claims']],
    ['two claims that are the same', claims(usage(90, 200), usage(90, 200)), [90, 200, null]],
    ['a fit claim beside an unfit one', claims(usage(90, 200), usage(90, -1)), [100, 200, 'unfit-claim']],
    ['input as claimed, up to the bound', claims(usage(214, 200)), [214, 200, null]],
    ['no more than the bound above it', claims(usage(215, 200)), [214, 200, 'input-higher']],
    ['the output before the input', claims(usage(215, 400)), [214, 200, 'output-higher']],
  ])('%s', (_, claimed, expected) => {
    expect(summary(billWhole(answer(200), claimed, BOUNDS))).toEqual(expected);
  });

  it('counts bytes where pieces hold several tokens: 25 of 40 bytes are 250 tokens', () => {
    const own = answer(25, ' a piece of the text that has 40 bytes ..');
    expect(outputOf(own)).toBe(Math.ceil((25 * 41) / 4));
    expect(summary(billWhole(own, claims(usage(90, 200)), BOUNDS))).toEqual([90, 200, null]);
    expect(summary(billWhole(own, claims(usage(90, 400)), BOUNDS))).toEqual([90, 257, 'output-higher']);
  });

  it('takes the tokens that logprobs name', () => {
    expect(outputOf(addText(NO_OUTPUT, 'answer', ' unbelievable', 4))).toBe(4);
    // A token has a byte at least.
    expect(outputOf(addText(NO_OUTPUT, 'answer', 'é', 1_000))).toBe(2);
  });

  it('keeps cached and reasoning tokens within what they are a part of', () => {
    const claim = {
      ...{ prompt_tokens: 90, completion_tokens: 900 },
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 700 },
    };
    const { counts } = billWhole(answer(200), claims(claim), BOUNDS);
    // Nothing thought was forwarded, so nothing thought is billed.
    expect(counts).toEqual({ input: 90n, cachedInput: 64n, output: 200n, reasoning: 0n });
  });

  describe('of thought, which may weigh more than an answer', () => {
    const thinking = (pieces: number): OwnCount => {
      let own = answer(200 - pieces);
      for (let piece = 0; piece < pieces; piece += 1) own = addText(own, 'reasoning', ' hmm', null);
      return own;
    };
    const claimed = (reasoning: number): Claimed =>
      claims({ prompt_tokens: 90, completion_tokens: 200, completion_tokens_details: { reasoning_tokens: reasoning } });
    const billed = (own: OwnCount, reasoning: number): unknown => {
      const { counts, dispute } = billWhole(own, claimed(reasoning), BOUNDS);
      return [Number(counts.output), Number(counts.reasoning), dispute];
    };

    // All counts agree on 200 tokens.
    it.each([
      ['as claimed, where we saw as much', 150, 150, [200, 150, null]],
      ['as claimed, a tenth above', 150, 165, [200, 165, null]],
      ['as claimed, when it is lower', 150, 0, [200, 0, null]],
      ['by our count beyond', 150, 166, [200, 150, 'reasoning-higher']],
      ['with marks that nobody sees', 0, 8, [200, 8, null]],
      ['never what came as an answer', 0, 200, [200, 0, 'reasoning-higher']],
    ])('%s', (_, own, claim, expected) => {
      expect(billed(thinking(own), claim)).toEqual(expected);
    });
  });

  it.each([
    ['letter by letter', 'a', 200, 'short-pieces'],
    ['some digits', '7', 63, null],
    ['digits between words', '7 ', 200, null],
    ['characters of three bytes', '日', 200, null],
  ])('says where pieces are shorter than tokens are: %s', (_, text, pieces, dispute) => {
    expect(summary(billWhole(answer(pieces, text), claims(usage(90, pieces)), BOUNDS))).toEqual([90, pieces, dispute]);
  });

  it('is never more for a higher claim of input than for the bound', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), (lower, more) => {
        const input = (claim: number): bigint => billWhole(answer(200), claims(usage(claim, 200)), BOUNDS).counts.input;
        expect(input(lower) <= input(lower + more)).toBe(true);
        expect(input(lower + more) <= BigInt(inputMaxOf(100))).toBe(true);
      }),
    );
  });

  it('is never negative, never above what was asked for, whatever is claimed', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constant(1e18), fc.constant('x'));
    const claim = fc.record({ prompt_tokens: number, completion_tokens: number });
    fc.assert(
      fc.property(fc.nat(1_500), fc.array(claim, { maxLength: 3 }), (pieces, all) => {
        const { counts } = billWhole(answer(pieces), claims(...all), BOUNDS);
        expect(counts.output >= 0n && counts.output <= 1_000n).toBe(true);
        expect(counts.output <= BigInt(Math.floor(pieces * 1.1) + 8)).toBe(true);
        expect(counts.input >= 0n && counts.input <= BigInt(inputMaxOf(100))).toBe(true);
        expect(counts.reasoning <= counts.output && counts.cachedInput <= counts.input).toBe(true);
      }),
    );
  });
});

describe('what is billed of an answer that was cut short', () => {
  it('what was forwarded, and the prompt by rule', () => {
    expect(summary(billForwarded(answer(10), BOUNDS))).toEqual([100, 10, null]);
  });

  it('nothing, when nothing was', () => {
    expect(summary(billForwarded(NO_OUTPUT, BOUNDS))).toEqual([0, 0, null]);
  });
});
