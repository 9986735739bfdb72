import { createHmac, randomBytes } from 'node:crypto';
import type { Instant } from '../../kernel/time.js';

export const SIGNATURE_HEADER = 'headroom-signature';

/** As Stripe's begin: programs that keep secrets out of logs know it by that. */
export function makeSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

/**
 * The header that says who sent a body, as Stripe writes its own: one `v1` for each valid secret.
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function signatureOf(body: string, secrets: readonly string[], at: Instant): string {
  const timestamp = Math.floor(at / 1_000);
  const marks = secrets.map((secret) => {
    const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex');
    return `v1=${mac}`;
  });
  return [`t=${timestamp}`, ...marks].join(',');
}
