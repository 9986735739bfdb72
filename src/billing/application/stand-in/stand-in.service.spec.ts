import type { AuditTrail, AuthenticatedPrincipal } from '../../../identity/contract.js';
import { systemClock } from '../../../platform/clock/clock.js';
import { readSettings } from '../../../platform/config/settings.js';
import type { Database } from '../../../platform/database/prisma.js';
import { createLogger } from '../../../platform/logging/logger.js';
import type { SecretBox } from '../../../platform/secrets/secret-box.js';
import { PaymentProvider } from '../payment-provider.js';
import { StandInService, type Asked } from './stand-in.service.js';

/** Whatever is touched fails the test: the database, the audit trail. */
const untouchable = <Part extends object>(): Part =>
  new Proxy({} as Part, {
    get: (_target, name) => {
      throw new Error(`asked for ${String(name)}`);
    },
  });

const ASKED: Asked = { caller: untouchable<AuthenticatedPrincipal>(), key: 'k' };
const FAULT = { operation: 'no.such', effect: 'status', status: 200, when: 'before', times: 0 } as const;

describe('with a key of Stripe’s', () => {
  let service: StandInService;

  beforeAll(async () => {
    const settings = readSettings({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1', LOG_LEVEL: 'error' });
    const provider = new PaymentProvider(settings, createLogger('error'), untouchable<SecretBox>(), systemClock);
    await provider.start();
    // Nobody is asked: there is no way to Stripe from here on.
    Object.defineProperty(provider, 'gateway', { value: untouchable() });
    service = new StandInService(untouchable<Database>(), provider, untouchable<AuditTrail>());
  });

  it('there is no stand-in to look at', () => {
    expect(service.look()).toBeNull();
  });

  it.each<[string, (to: StandInService) => Promise<object>]>([
    ['nothing fails, whatever else is wrong with what was asked', (to) => to.fail(ASKED, FAULT)],
    ['nothing is cleared', (to) => to.clearFaults(ASKED)],
    ['no payment ends', (to) => to.finish(ASKED, 'pi_1', 'failed')],
    ['no payment is disputed', (to) => to.happen(ASKED, 'dispute_opened', 'pi_1')],
    ['no event is kept back', (to) => to.hold(ASKED)],
    ['no event is released', (to) => to.release(ASKED, 'as_made', 0)],
    ['no event is sent again', (to) => to.resend(ASKED, 'evt_1')],
  ])('%s', async (_name, act) => {
    expect(await act(service)).toEqual({ kind: 'stripe-itself' });
  });
});
