import { CloudEvent } from 'cloudevents';
import { readUsageReport, type Attributes } from './usage-report.rules.js';

const DATA = { reservationId: 'm@fp8~1', inputTokens: 10, outputTokens: 20 };
const EVENT = {
  specversion: '1.0',
  type: 'ai.headroom.usage.v1',
  source: 'https://gateway.example.com/eu-1',
  id: 'request-1',
  time: '2026-12-01T14:00:00.5Z',
  data: DATA,
};

const read = (changes: Attributes): ReturnType<typeof readUsageReport> =>
  readUsageReport({ ...EVENT, ...changes });
const withData = (changes: Attributes): ReturnType<typeof readUsageReport> =>
  read({ data: { ...DATA, ...changes } });
const issues = (result: ReturnType<typeof readUsageReport>): readonly string[] =>
  result.ok ? [] : result.error.map(({ field, reason }) => `${field} ${reason}`);

describe('a usage event', () => {
  it('is read', () => {
    expect(readUsageReport(EVENT)).toEqual({
      ok: true,
      value: {
        source: EVENT.source,
        id: 'request-1',
        reservationId: 'm@fp8~1',
        servedAt: Date.parse('2026-12-01T14:00:00.500Z'),
        counts: { input: 10n, cachedInput: 0n, output: 20n, reasoning: 0n },
        ...{ requestId: null, corrects: null },
      },
    });
  });

  it('may say counts as text, attributes of others, and null for what is not there', () => {
    const parts = { cachedInputTokens: 10, reasoningTokens: 20, inputTokens: '1000000000000' };
    const result = withData(parts);
    expect(result.ok && result.value.counts).toEqual({
      ...{ input: 1_000_000_000_000n, cachedInput: 10n, output: 20n, reasoning: 20n },
    });
    const others = { traceparent: '00-ab-cd-01', sampled: true, sequence: 4, subject: 's' };
    expect(issues(read({ ...others, dataschema: null, datacontenttype: null }))).toEqual([]);
    for (const datacontenttype of ['application/json', 'application/json; charset=utf-8']) {
      expect(issues(read({ datacontenttype }))).toEqual([]);
    }
  });

  it('is accepted when the SDK of CloudEvents made it', () => {
    expect(issues(readUsageReport(new CloudEvent(EVENT).toJSON()))).toEqual([]);
  });

  it.each<[Attributes, readonly string[]]>([
    [{ specversion: undefined }, ['specversion is missing']],
    [{ specversion: '0.3' }, ['specversion is not 1.0']],
    [{ specversion: 1 }, ['specversion is not 1.0']],
    [{ type: 'ai.headroom.usage.v2' }, ['type is not ai.headroom.usage.v1']],
    [{ datacontenttype: 'text/xml' }, ['datacontenttype is not JSON']],
    [{ source: undefined }, ['source is missing']],
    [{ source: '' }, ['source is empty']],
    [{ source: 4 }, ['source is no string']],
    [{ source: `/${'a'.repeat(512)}` }, ['source is too long']],
    [{ source: 'a b' }, ['source is no URI-reference']],
    [{ source: '/%zz' }, ['source is no URI-reference']],
    [{ source: '1http://x' }, ['source is no URI-reference']],
    [{ source: '/a#b#c' }, ['source is no URI-reference']],
    [{ source: 'urn:headroom:gateway' }, ['source is a name of our own']],
    [{ source: 'URN:headroom:gateway:eu' }, ['source is a name of our own']],
    [{ source: '/a\u0000' }, ['source has control characters']],
    [{ id: null }, ['id is missing']],
    [{ id: 'a'.repeat(256) }, ['id is too long']],
    [{ id: 'a\u0000b' }, ['id has control characters']],
    [{ id: 'a\ud800' }, ['id has control characters']],
    [{ id: ['a'] }, ['id is no string']],
    [{ time: undefined }, ['time is missing']],
    [{ time: 1_795_000_000 }, ['time is no RFC 3339 instant that exists']],
    [{ time: '2026-12-01T14:00:00' }, ['time is no RFC 3339 instant that exists']],
    [{ time: '2026-02-30T14:00:00Z' }, ['time is no RFC 3339 instant that exists']],
    [{ data: undefined }, ['data is missing']],
    [{ data: [DATA] }, ['data is no JSON object']],
    [{ data: 'e30=', data_base64: 'e30=' }, ['data_base64 is not accepted']],
    [{ Upper: 'x' }, ['Upper is no attribute name']],
    [{ nested: { a: 1 } }, ['nested is no attribute value']],
    [
      { source: undefined, id: undefined, time: 'x', type: 'x', data: {} },
      [
        'type is not ai.headroom.usage.v1',
        ...['source is missing', 'id is missing', 'time is no RFC 3339 instant that exists'],
        ...['data.reservationId is missing', 'data.inputTokens is missing'],
        'data.outputTokens is missing',
      ],
    ],
  ])('with %j is told %j', (changes, expected) => expect(issues(read(changes))).toEqual(expected));

  it.each<[Attributes, readonly string[]]>([
    [{ inputTokens: -1 }, ['data.inputTokens is below zero']],
    [{ inputTokens: '-1' }, ['data.inputTokens is no whole number']],
    [{ inputTokens: 1.5 }, ['data.inputTokens is no whole number']],
    [{ inputTokens: Number.NaN }, ['data.inputTokens is no whole number']],
    [{ inputTokens: Number.POSITIVE_INFINITY }, ['data.inputTokens is no whole number']],
    [{ inputTokens: 1e18 }, ['data.inputTokens is too large']],
    [{ inputTokens: 2 ** 53 + 2 }, ['data.inputTokens is too large']],
    [{ inputTokens: '9007199254740993' }, ['data.inputTokens is too large']],
    [{ inputTokens: '1000000000001' }, ['data.inputTokens is too large']],
    [{ inputTokens: '01' }, ['data.inputTokens is no whole number']],
    [{ inputTokens: '' }, ['data.inputTokens is no whole number']],
    [{ inputTokens: '1e3' }, ['data.inputTokens is no whole number']],
    [{ inputTokens: null }, ['data.inputTokens is no whole number']],
    [{ inputTokens: true }, ['data.inputTokens is no whole number']],
    [{ cachedInputTokens: null }, ['data.cachedInputTokens is no whole number']],
    [{ cachedInputTokens: 11 }, ['data.cachedInputTokens is more than inputTokens']],
    [{ reasoningTokens: 21 }, ['data.reasoningTokens is more than outputTokens']],
    [{ outputTokens: undefined }, ['data.outputTokens is missing']],
    [{ reservationId: '' }, ['data.reservationId is empty']],
    [{ reservationId: 'r\u0000' }, ['data.reservationId has control characters']],
    [{ reservationId: 7 }, ['data.reservationId is no string']],
    [{ model: 'llama' }, ['data.model is not known']],
  ])('with data %j is told %j', (changes, expected) => {
    expect(issues(withData(changes))).toEqual(expected);
  });

  it.each([null, [], 'x', 4, undefined])('is no event when it is %j', (event) => {
    expect(issues(readUsageReport(event))).toEqual(['event is no JSON object']);
  });

  it('cannot be given members by a prototype', () => {
    const smuggled: unknown = JSON.parse(
      JSON.stringify(EVENT).replace('"reservationId"', '"__proto__":{"reservationId":"x"},"other"'),
    );
    expect(issues(readUsageReport(smuggled))).toEqual([
      ...['data.__proto__ is not known', 'data.other is not known', 'data.reservationId is missing'],
    ]);
    const outer: unknown = JSON.parse(
      JSON.stringify(EVENT).replace('"id"', '"__proto__":{"id":"x"},"x"'),
    );
    expect(issues(readUsageReport(outer))).toEqual([
      ...['__proto__ is no attribute name', 'id is missing'],
    ]);
  });
});

describe('a correction', () => {
  const type = 'ai.headroom.usage.correction.v1';
  const correcting = (corrects: unknown, changes: Attributes = {}): ReturnType<typeof readUsageReport> =>
    read({ type, data: { ...DATA, corrects, ...changes } });

  it('names the event that it corrects, of its own source unless it says another', () => {
    const own = correcting({ id: 'request-1' });
    expect(own.ok && own.value).toMatchObject({ corrects: { source: EVENT.source, id: 'request-1' }, requestId: null });
    const other = correcting({ id: 'request-1', source: '/gateway/eu-2' });
    expect(other.ok && other.value.corrects).toEqual({ source: '/gateway/eu-2', id: 'request-1' });
  });

  it.each<[unknown, Attributes, readonly string[]]>([
    [undefined, {}, ['data.corrects is missing']],
    ['request-1', {}, ['data.corrects is no JSON object']],
    [{}, {}, ['data.corrects.id is missing']],
    [{ id: '' }, {}, ['data.corrects.id is empty']],
    [{ id: 'x', hour: 1 }, {}, ['data.corrects.hour is not known']],
    [{ id: 'x', source: 'a b' }, {}, ['data.corrects.source is no URI-reference']],
    [{ id: 'x', source: 'urn:headroom:gateway' }, {}, ['data.corrects.source is a name of our own']],
    [{ id: 'x' }, { requestId: 'y' }, ['data.requestId is not known']],
    [{ id: 'x' }, { outputTokens: -1 }, ['data.outputTokens is below zero']],
  ])('of %j with %j is told %j', (corrects, changes, expected) => {
    expect(issues(correcting(corrects, changes))).toEqual(expected);
  });

  it('is nothing that a usage event can hold', () => {
    expect(issues(withData({ corrects: { id: 'x' } }))).toEqual(['data.corrects is not known']);
    const named = withData({ requestId: 'chatcmpl-1' });
    expect(named.ok && named.value.requestId).toBe('chatcmpl-1');
  });
});
