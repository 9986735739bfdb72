import { readServed, type MeasuredRow } from './served-request.reading.js';

const row: MeasuredRow = {
  ...{ servedAt: new Date(0), input: '10', cachedInput: '0', output: '0', reasoning: '0', reason: null },
  ...{ tier: 'standard', isStream: false, ownOutput: '0', ttft: null, queued: '0', streaming: null, concurrency: 1 },
  duration: null,
};

describe('how a request ended, for a promise', () => {
  it.each([
    ['completed', 'answered'],
    ['client_abort', 'aborted'],
    ['deadline_exceeded', 'aborted'],
    ['request_refused', 'refused'],
    ['gateway_shutdown', 'refused'],
    ['gateway_busy', 'refused'],
    ['plain_refused', 'failed'],
    ['upstream_busy', 'failed'],
    ['upstream_error', 'failed'],
    ['timeout', 'failed'],
  ])('%s: %s', (reason, end) => {
    expect(readServed({ ...row, reason }).end).toBe(end);
  });
});

describe('how long a first token was waited for', () => {
  it.each([
    ['one came', { isStream: true, ttft: '900', duration: '5000' }, [800, null]],
    ['none came', { isStream: true, duration: '5000' }, [null, 4_900]],
    ['an answer that comes whole has none', { isStream: false, duration: '5000' }, [null, null]],
    ['nobody measured it', { isStream: true }, [null, null]],
  ])('%s', (_what, changes, expected) => {
    const { ttft, waited } = readServed({ ...row, queued: '100', ...changes });
    expect([ttft, waited]).toEqual(expected);
  });
});
