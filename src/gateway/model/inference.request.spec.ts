import { readInference, type RequestHints } from './inference.request.js';

const BODY = { model: 'llama-3.3-70b', messages: [{ role: 'user', content: 'Hello' }] };
const NO_HINTS: RequestHints = { tier: undefined, lane: undefined, ttft: undefined, tpot: undefined };
const read = (hints: Partial<RequestHints>) => readInference('chat', BODY, { ...NO_HINTS, ...hints });

describe('what a client says beside the body', () => {
  it('may be nothing', () => {
    const wishes = { tier: 'standard', lane: null, ttftMs: null, tpotMs: null };
    expect(read({})).toMatchObject({ ok: true, value: wishes });
  });

  it.each([
    ['12', 12],
    ['0.8', 0.8],
    ['0.001', 0.001],
    ['99999.999', 99_999.999],
  ])('a time for each token of %s ms', (tpot, tpotMs) => {
    expect(read({ tpot })).toMatchObject({ ok: true, value: { tpotMs } });
  });

  it.each(['', '0', '0.000', '-1', '1e3', '0.0001', '100000', 'fast', '1,5', ' 1'])(
    'a time for each token of %j is refused with what is accepted',
    (tpot) => {
      expect(read({ tpot })).toEqual({
        ok: false,
        error: {
          ...{ field: 'x-slo-tpot-ms', reason: 'is out of range' },
          accepted: 'milliseconds from 0.001 to 99999.999',
        },
      });
    },
  );

  it('the first thing that is wrong is named', () => {
    const issue = (hints: Partial<RequestHints>): unknown => {
      const answer = read(hints);
      return answer.ok ? null : answer.error.field;
    };
    expect(issue({ tier: 'x', ttft: 'x', tpot: 'x' })).toBe('x-headroom-tier');
    expect(issue({ ttft: 'x', tpot: 'x' })).toBe('x-slo-ttft-ms');
  });
});

describe('answers that are made and thrown away', () => {
  const ask = (body: object) => readInference('completion', { model: 'm', prompt: 'Once', ...body }, NO_HINTS);

  it.each([{ best_of: 1 }, { best_of: null }, { n: 3, best_of: 3 }, { n: 3, best_of: 2 }])('%j: none are', (body) => {
    expect(ask(body)).toMatchObject({ ok: true });
  });

  it.each([
    [{ best_of: 20 }, 'a whole number from 1 to 8'],
    [{ best_of: 'x' }, 'a whole number from 1 to 8'],
    [{ best_of: 2 }, 'at most n, which is 1'],
    [{ n: 3, best_of: 4 }, 'at most n, which is 3'],
  ])('%j is refused, because nobody could count them', (body, accepted) => {
    expect(ask(body)).toMatchObject({ ok: false, error: { field: 'best_of', accepted } });
  });
});

describe('answers that are no text of the model’s', () => {
  const ask = (body: object) => readInference('completion', { model: 'm', prompt: 'Once', ...body }, NO_HINTS);

  it.each([{ modalities: ['text'] }, { modalities: null }, { audio: null }, { echo: false }, { echo: null }])('%j asks for none', (body) => {
    expect(ask(body)).toMatchObject({ ok: true });
  });

  it.each([
    [{ modalities: ['text', 'audio'] }, 'modalities', '["text"], or nothing'],
    [{ modalities: 'audio' }, 'modalities', '["text"], or nothing'],
    [{ audio: { voice: 'alloy', format: 'mp3' } }, 'audio', 'nothing: answers are text'],
    [{ echo: true }, 'echo', 'false, or nothing'],
    [{ echo: 'yes' }, 'echo', 'false, or nothing'],
  ])('%j is refused, because nobody could count it', (body, field, accepted) => {
    expect(ask(body)).toMatchObject({ ok: false, error: { field, accepted } });
  });
});
