import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { DISABLED_AFTER, PAUSES } from '../model/delivery.schedule.js';
import { ENDPOINTS_MAX, ROTATION_OVERLAP } from '../model/endpoint.rules.js';
import { WEBHOOK_KINDS } from '../model/notice.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../kernel/time.js';
import { KEPT } from './retention.service.js';
import { makeSecret, signatureOf } from './webhook-signature.js';

const PAGE = readFileSync('docs/WEBHOOKS.md', 'utf8');
const NOW = 1_795_910_400_000 as Instant;
const BODY = '{"id":"1"}';

interface Check {
  readonly secret: string;
  readonly body?: string;
  readonly at?: number;
  readonly holds: boolean;
}

type Verify = (body: string, header: string, secret: string, now: number) => boolean;

/** The page's own words, run. */
function verifyOf(page: string): Verify {
  const code = /```js verify\nimport [^\n]*\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const make = runInThisContext(`(createHmac, timingSafeEqual, Buffer) => { ${code}; return verify; }`) as (...of: unknown[]) => Verify;
  return make(createHmac, timingSafeEqual, Buffer);
}

describe('the page about webhooks', () => {
  const verify = verifyOf(PAGE);
  const [now, before] = [makeSecret(), makeSecret()];
  const header = signatureOf(BODY, [now, before], NOW);

  it.each<[string, Check]>([
    ['either secret, in time', { secret: now, holds: true }],
    ['the secret before', { secret: before, at: NOW + 299_000, holds: true }],
    ['another secret', { secret: makeSecret(), holds: false }],
    ['another body', { secret: now, body: `${BODY} `, holds: false }],
    ['more than five minutes', { secret: now, at: NOW + 301_000, holds: false }],
  ])('checks %s', (_name, { secret, body = BODY, at = NOW, holds }) => {
    expect(verify(body, header, secret, at)).toBe(holds);
  });

  it('names every kind', () => {
    const [events = ''] = PAGE.split('## What your endpoint does');
    const named = [...events.matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)].map(([, kind]) => kind);
    expect(named.toSorted()).toEqual([...WEBHOOK_KINDS]);
  });

  it('tells the numbers that hold', () => {
    expect(PAGE).toContain(`up to ${ENDPOINTS_MAX} endpoints`);
    expect(PAGE).toContain(`${PAUSES.length + 1} attempts in 2 days, 20 hours and 15 minutes`);
    expect(DISABLED_AFTER).toBe(2 * DAY_MS + 20 * HOUR_MS + 15 * MINUTE_MS);
    expect(PAGE).toContain(`For **${ROTATION_OVERLAP / HOUR_MS} hours** both sign`);
    expect(PAGE).toContain(`kept for ${KEPT / DAY_MS} days`);
  });
});
