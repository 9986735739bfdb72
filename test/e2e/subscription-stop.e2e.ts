import { LIVE_LIMITS as limits } from '../../src/platform/pubsub/live-limits.js';
import { startTestApp } from '../support/app.js';
import { ManualTimers } from '../support/manual-timers.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

const WATCH = 'subscription { marketChanged(marketId: "llama-3.3-70b@fp8") { sequence } }';

describe('when the server stops', () => {
  it('says 1001, hangs up on who does not answer, and keeps nothing', async () => {
    const timers = new ManualTimers();
    const stopping = await startTestApp({ live: { limits, timers } });
    const polite = await (await SocketClient.open(stopping)).init();
    const silent = await (await SocketClient.open(stopping)).init();
    for (const client of [polite, silent]) {
      client.ask('1', WATCH);
      await client.next();
    }
    // It never learns that it should close.
    silent.socket.pause();
    const closed = stopping.close();
    expect(await polite.closed).toEqual({ code: 1001, reason: 'the server is going away' });
    await until(async () => timers.waiting(limits.closeTimeoutMs), (count) => count === 1);
    timers.advance(limits.closeTimeoutMs);
    await closed;
    silent.socket.terminate();
    expect([limits.recheckMs, limits.keepAliveMs, limits.closeTimeoutMs].map((ms) => timers.waiting(ms))).toEqual([0, 0, 0]);
  });
});
