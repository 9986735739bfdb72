import { ManualTimers } from '../../../test/support/manual-timers.js';
import type { Attempt, AttemptTools } from './attempt.js';
import { BodyBudget } from './body-budget.js';
import { readWhole } from './whole-answer.js';

const FIT = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }] });
const LIMITS = { connect: 1, firstToken: 1_000, betweenTokens: 1_000, answer: 1_000, client: 1_000, drain: 0, processes: 1 };

/** What came of a lane that answers so, and what is held of it afterwards. */
async function asked(...parts: readonly (string | Error)[]): Promise<readonly [string, number]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const part of parts) {
      if (part instanceof Error) throw part;
      yield Buffer.from(part);
    }
  }
  const budget = new BodyBudget();
  const held = budget.hold(0, 'standard');
  if (held === null) throw new Error('no room');
  const client = {
    ...{ gone: new AbortController().signal, keep: (bytes: number) => held.grow(bytes), letGo: (bytes: number) => held.giveBack(bytes) },
    ...{ begin: () => undefined, write: () => null, end: () => undefined },
  };
  const attempt: Attempt = {
    ...{ url: 'https://lane.example/v1', credential: null, body: Buffer.from('{}'), isStream: false, isPlain: false, isListed: false },
    wanted: { operation: 'chat', answers: 1, outputMax: 100, mustSay: false },
    ...{ client, deadline: null, coalescing: null, begin: () => undefined },
  };
  const answer = { status: 200, contentType: 'application/json', isSimulated: true, body: body() };
  const tools: AttemptTools = {
    upstream: { send: () => Promise.resolve(answer), read: () => Promise.resolve(null) },
    ...{ timers: new ManualTimers(), limits: LIMITS, monotonic: () => 0, stopping: new AbortController().signal },
  };
  const { failure } = await readWhole(attempt, tools);
  return [failure?.message ?? 'whole', budget.heldBytes];
}

describe('an answer that comes whole', () => {
  it('is held until its request ends', async () => {
    expect(await asked(FIT.slice(0, 20), FIT.slice(20))).toEqual(['whole', FIT.length]);
  });

  it.each<[string, readonly (string | Error)[]]>([
    ["the lane's answer is no JSON object", ['nothing']],
    ['the lane failed: out of memory', ['{"error": ', '"out of memory"}']],
    ['the connection to the lane broke', [FIT, new Error('reset')]],
  ])('and is of no use is not held while another lane is tried: %s', async (message, parts) => {
    expect(await asked(...parts)).toEqual([message, 0]);
  });

  it('nor is one that says too little', async () => {
    const [message, held] = await asked('{"choices": []}');
    expect([message.startsWith("the lane's answer "), held]).toEqual([true, 0]);
  });
});
