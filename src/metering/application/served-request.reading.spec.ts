import { readServed, type MeasuredRow } from './served-request.reading.js';

const row: MeasuredRow = {
  ...{ servedAt: new Date(0), input: '10', cachedInput: '0', output: '0', reasoning: '0', reason: null },
  ...{ tier: 'standard', isStream: false, ownOutput: '0', ttft: null, queued: '0', streaming: null, concurrency: 1 },
};

describe('how a request ended, for a promise', () => {
  it.each([
    ['completed', 'answered'],
    ['client_abort', 'aborted'],
    ['deadline_exceeded', 'aborted'],
    ['request_refused', 'refused'],
    ['gateway_shutdown', 'refused'],
    ['plain_refused', 'failed'],
    ['upstream_busy', 'failed'],
    ['upstream_error', 'failed'],
    ['timeout', 'failed'],
  ])('%s: %s', (reason, end) => {
    expect(readServed({ ...row, reason }).end).toBe(end);
  });
});
