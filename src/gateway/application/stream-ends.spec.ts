import { Relayed, turn, word } from '../../../test/support/relayed.js';
import { outputOf } from '../model/token.count.js';
import { EARLY_BYTES_MAX } from './stream-outlet.js';

describe('an answer that says nothing', () => {
  const silent = { wanted: { operation: 'chat', answers: 1, outputMax: 100, mustSay: true } } as const;
  const usage = { prompt_tokens: 1_000, completion_tokens: 0 };

  it('is the lane’s fault where something has to be said: nothing went out, so another one can take over', async () => {
    const relayed = new Relayed(silent);
    await relayed.say(word(''), word('', 'stop'), JSON.stringify({ choices: [], usage }), '[DONE]');
    const { failure, isCommitted } = await relayed.ended;
    expect(failure).toEqual({ reason: 'upstream_error', message: 'the lane\'s answer has no token' });
    expect([isCommitted, relayed.packets.length]).toEqual([false, 0]);
  });

  it('is one where nothing need be said', async () => {
    const relayed = new Relayed();
    await relayed.say(word(''), word('', 'stop'), '[DONE]');
    expect(await relayed.ended).toMatchObject({ failure: null, isCommitted: true });
  });

  it('an end without anything before it is none for anybody', async () => {
    const relayed = new Relayed();
    await relayed.say('[DONE]');
    const { failure, isCommitted } = await relayed.ended;
    expect([failure?.reason, isCommitted]).toEqual(['upstream_error', false]);
  });

  it('empty deltas of a model that thinks unseen are waited for, however many there are', async () => {
    const relayed = new Relayed({ ...silent, coalescing: null });
    for (let index = 0; index < 200; index += 1) await relayed.say(word(''));
    expect(relayed.packets).toEqual([]);
    await relayed.say(word('a'), word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
    expect(relayed.packets.join('').match(/data: /g)).toHaveLength(202);
  });

  it('but no more of them is kept than there is room for', async () => {
    const relayed = new Relayed(silent);
    const frame = Buffer.from(`data: ${word('')}\n\n`);
    const most = Math.floor(EARLY_BYTES_MAX / frame.length);
    for (let index = 0; index < most; index += 1) await relayed.packet(frame);
    expect(relayed.asked?.aborted).toBe(false);
    await relayed.packet(frame);
    const { failure, isCommitted } = await relayed.ended;
    const message = 'the lane\'s answer has no token in its first 65536 bytes';
    expect([failure, isCommitted]).toEqual([{ reason: 'upstream_error', message }, false]);
  });

  it('what was said late is said', async () => {
    const relayed = new Relayed(silent);
    await relayed.say(word(''), word('a'), word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('a lane that hangs in the middle of a stream', () => {
  it.each([
    ['comments', ': ping\n\n'],
    ['a frame that never ends', ' '],
    ['chunks that say nothing', `data: ${word('')}\n\n`],
  ])('and sends %s: these are no progress', async (_, sign) => {
    const relayed = new Relayed({ coalescing: null });
    await relayed.say(word('a'));
    for (let passed = 0; passed < 45_000; passed += 5_000) {
      await relayed.packet(Buffer.from(sign));
      await relayed.pass(5_000);
    }
    expect(relayed.asked?.aborted).toBe(true);
    const { failure, own } = await relayed.ended;
    expect([failure, outputOf(own)]).toEqual([{ reason: 'timeout', message: 'nothing came for 30000 ms' }, 1]);
  });

  it('one that goes on saying something is left alone', async () => {
    const relayed = new Relayed({ coalescing: null });
    for (let passed = 0; passed < 120_000; passed += 14_000) {
      await relayed.say(word('a'));
      await relayed.pass(14_000);
    }
    await relayed.say(word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('where a stream ends', () => {
  it('what comes behind its end is not forwarded and not counted, also in the same packet', async () => {
    const relayed = new Relayed({ coalescing: null });
    await relayed.say(word('a'));
    const rest = [word('', 'stop'), '[DONE]', word('b')].map((one) => `data: ${one}\n\n`).join('');
    await relayed.packet(Buffer.from(rest));
    const { failure, own } = await relayed.ended;
    expect([failure, outputOf(own)]).toEqual([null, 1]);
    expect(relayed.packets.join('')).not.toContain('"b"');
  });

  const answer = (index: number, end: string | null): string =>
    JSON.stringify({ id: 'c', choices: [{ index, delta: { content: 'a' }, finish_reason: end }] });

  it('is where all of its answers ended: one of two is none', async () => {
    const relayed = new Relayed({ wanted: { operation: 'chat', answers: 2, outputMax: 100, mustSay: false } });
    await relayed.say(answer(0, 'stop'), answer(1, null));
    await relayed.end();
    expect((await relayed.ended).failure?.message).toContain('ended in the middle');
  });

  it('both of two are, also without a last word', async () => {
    const relayed = new Relayed({ wanted: { operation: 'chat', answers: 2, outputMax: 100, mustSay: false } });
    await relayed.say(answer(0, 'stop'), answer(1, null), answer(1, 'length'));
    await relayed.end();
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('an error in a stream', () => {
  it('is told without the credential that the lane was asked with', async () => {
    const relayed = new Relayed({ credential: 'pool-secret' });
    await relayed.say(word('a'), JSON.stringify({ error: { message: 'no quota for pool-secret' } }));
    expect((await relayed.ended).failure?.message).toBe('the lane failed: no quota for ***');
  });
});

describe('a lane that goes on beyond what was asked for', () => {
  const ten = { wanted: { operation: 'chat', answers: 1, outputMax: 10, mustSay: false }, coalescing: null } as const;

  // 10 x 1.35 + 8 is 21.5, and 86 bytes.
  it('is ended at the bound, and its work with it', async () => {
    const relayed = new Relayed(ten);
    for (let index = 0; index < 21; index += 1) await relayed.say(word(' day'));
    expect(relayed.asked?.aborted).toBe(false);
    await relayed.say(word(' day'), word(' day'));
    const { failure, own } = await relayed.ended;
    expect(failure?.reason).toBe('upstream_error');
    expect([outputOf(own), relayed.asked?.aborted]).toEqual([22, true]);
  });

  it('not one whose pieces are shorter than tokens', async () => {
    const relayed = new Relayed(ten);
    for (let index = 0; index < 43; index += 1) await relayed.say(word('ab'));
    await relayed.say(word('', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});

describe('how fast a stream is', () => {
  it('is the lane’s: what its client does not take is no time of it', async () => {
    const relayed = new Relayed({ coalescing: null });
    await relayed.pass(100);
    await relayed.say(word('a'));
    await relayed.pass(10);
    let takesAgain = (): void => undefined;
    relayed.full = new Promise((done) => (takesAgain = done));
    await relayed.say(word('b'));
    await relayed.pass(50_000);
    relayed.full = null;
    takesAgain();
    await turn();
    await relayed.pass(10);
    await relayed.say(word('c'), word('', 'stop'), '[DONE]');
    const { firstAt, lastAt } = await relayed.ended;
    expect([firstAt, lastAt]).toEqual([100, 120]);
  });
});

describe('a client that leaves', () => {
  // In the same moment: no timer and no packet is waited for.
  it('ends what its lane does, before the first token', async () => {
    const relayed = new Relayed();
    await turn();
    relayed.left.abort();
    expect(relayed.asked?.aborted).toBe(true);
    expect((await relayed.ended).failure?.reason).toBe('client_abort');
  });

  it('ends what its lane does, in the middle of the stream', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'));
    expect(relayed.asked?.aborted).toBe(false);
    relayed.left.abort();
    expect(relayed.asked?.aborted).toBe(true);
    expect((await relayed.ended).failure?.reason).toBe('client_abort');
  });
});
