import type { Instant } from '../../kernel/time.js';
import type { Database } from '../../platform/database/prisma.js';
import { AuthenticationService } from './authentication.service.js';
import { hashToken, makeToken } from './secret-token.js';

const NOW = Date.UTC(2030, 4, 15) as Instant;
const KEY_ID = '0198f0a0-1111-7222-8333-444455556666';
const SECRET = makeToken();
const authorization = `Bearer hr_${KEY_ID.replaceAll('-', '')}_${SECRET}`;
const credentials = { authorization, sessionCookie: undefined };

/** A database whose answers are given by hand: what was asked waits in `asked`. */
function service(): { readonly one: AuthenticationService; readonly asked: ((isRevoked: boolean) => void)[] } {
  const asked: ((isRevoked: boolean) => void)[] = [];
  const row = {
    ...{ keyId: KEY_ID, organizationId: 'org-1', scopes: ['market:trade'], secretHash: hashToken(SECRET) },
    expiresAt: new Date(NOW + 1_000),
  };
  const findUnique = (): Promise<object> =>
    new Promise((resolve) => {
      asked.push((isRevoked) => resolve({ ...row, revokedAt: isRevoked ? new Date(NOW) : null }));
    });
  const database = { apiKey: { findUnique } } as unknown as Database;
  return { one: new AuthenticationService(database, { now: () => NOW }), asked };
}

describe('proving an API key', () => {
  it('asks once for all who send it at the same time, and not for those after them', async () => {
    const { one, asked } = service();
    const proofs = [one.authenticate(credentials), one.authenticate(credentials)];
    asked.forEach((answer) => answer(false));
    const [first, second] = await Promise.all(proofs);
    expect(first).toMatchObject({ kind: 'api-key', keyId: KEY_ID });
    expect(second).toBe(first);
    expect(await one.authenticate(credentials)).toBe(first);
    expect(asked).toHaveLength(1);
  });

  it('asks again for who comes after a change while an earlier look is under way', async () => {
    const { one, asked } = service();
    const before = one.authenticate(credentials);
    one.forgetAll();
    const after = one.authenticate(credentials);
    expect(asked).toHaveLength(2);
    asked[0]?.(false);
    expect(await before).toMatchObject({ kind: 'api-key' });
    // What was read before the change is not believed, and did not take the later look's place.
    const joined = one.authenticate(credentials);
    expect(asked).toHaveLength(2);
    asked[1]?.(true);
    expect(await after).toEqual({ kind: 'anonymous' });
    expect(await joined).toEqual({ kind: 'anonymous' });
  });
});
