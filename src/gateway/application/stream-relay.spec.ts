import { Relayed, turn, word } from '../../../test/support/relayed.js';
import { outputOf } from '../model/token.count.js';

const textOf = (packet: string): string =>
  packet.split('\n\n').filter((frame) => frame !== '')
    .map((frame) => (JSON.parse(frame.slice(6)) as any).choices[0].delta.content).join('|');

describe('a stream whose chunks wait for each other', () => {
  it('the first token goes at once, the next ones together when the window is over', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'), word('c'));
    expect(relayed.packets.map(textOf)).toEqual(['a']);
    await relayed.pass(39);
    await relayed.say(word('d'));
    expect(relayed.packets).toHaveLength(1);
    await relayed.pass(1);
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bcd']);
    await relayed.say(word('e'));
    await relayed.pass(40);
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bcd', 'e']);
  });

  it('the first token waits for nobody, even when others came with it', async () => {
    const relayed = new Relayed();
    await relayed.packet(Buffer.from(['a', 'b', 'c'].map((one) => `data: ${word(one)}\n\n`).join('')));
    expect(relayed.packets.map(textOf)).toEqual(['a']);
    await relayed.pass(40);
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bc']);
  });

  it('what ends the answer takes along what waited; tokens are counted as they were sent', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'), word('c'), word('', 'stop'), '[DONE]');
    const { failure, own } = await relayed.ended;
    expect(failure).toBeNull();
    expect(relayed.packets.map(textOf)).toEqual(['a', 'bc']);
    expect(outputOf(own)).toBe(3);
    expect(relayed.packets[1]).toContain('"finish_reason":"stop"');
  });

  it('a claim of usage is kept, and held against what was sent', async () => {
    const relayed = new Relayed();
    const usage = { prompt_tokens: 1, completion_tokens: 3 };
    await relayed.say(word('a'), word('b'), word('c'), word('', 'stop'));
    await relayed.say(JSON.stringify({ id: 'c', choices: [], usage }), '[DONE]');
    const { claimed, own } = await relayed.ended;
    expect(claimed).toMatchObject({ kind: 'one', claim: { output: 3 } });
    expect(outputOf(own)).toBe(3);
    expect(relayed.packets.join('')).not.toContain('usage');
  });

  it('without load chunks go as they come; what waited goes before them', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'));
    relayed.isLoaded = false;
    await relayed.say(word('c'));
    expect(relayed.packets.map(textOf)).toEqual(['a', 'b|c']);
    await relayed.say(word('d'));
    expect(relayed.packets.map(textOf)).toEqual(['a', 'b|c', 'd']);
    await relayed.pass(40);
    expect(relayed.packets).toHaveLength(3);
  });

  it('what waited is the client’s when the lane fails, and counts', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'), JSON.stringify({ error: { message: 'broken' } }));
    const { failure, own } = await relayed.ended;
    expect(failure?.reason).toBe('upstream_error');
    expect(relayed.packets.map(textOf)).toEqual(['a', 'b']);
    expect(outputOf(own)).toBe(2);
  });

  it('a client that left gets nothing of it, and pays nothing for it', async () => {
    const relayed = new Relayed();
    await relayed.say(word('a'), word('b'));
    relayed.left.abort();
    await relayed.packet(new Error('aborted'));
    const { failure, own } = await relayed.ended;
    expect(failure?.reason).toBe('client_abort');
    expect(outputOf(own)).toBe(1);
    expect(relayed.packets).toHaveLength(1);
  });
});

describe('the deadline of a key, once the lane was asked', () => {
  it('ends what has brought nothing by then, for a reason that is not the lane’s', async () => {
    const relayed = new Relayed({ deadline: { at: 250, afterMs: 300 } });
    await turn();
    await relayed.pass(249);
    await relayed.pass(1);
    const { failure, isCommitted } = await relayed.ended;
    expect(failure).toEqual({
      reason: 'deadline_exceeded',
      message: 'nothing came within the 300 ms that this key waits',
    });
    expect(isCommitted).toBe(false);
  });

  it('is met by the first token', async () => {
    const relayed = new Relayed({ deadline: { at: 250, afterMs: 300 }, coalescing: null });
    await turn();
    await relayed.say(word('a'));
    await relayed.pass(10_000);
    await relayed.say(word('b', 'stop'), '[DONE]');
    expect((await relayed.ended).failure).toBeNull();
  });
});
