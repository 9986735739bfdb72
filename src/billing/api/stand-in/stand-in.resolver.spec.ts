import type { AuditTrail, AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { systemClock } from '../../../platform/clock/clock.js';
import { readSettings } from '../../../platform/config/settings.js';
import type { Database } from '../../../platform/database/prisma.js';
import { createLogger } from '../../../platform/logging/logger.js';
import type { SecretBox } from '../../../platform/secrets/secret-box.js';
import { PaymentProvider } from '../../application/payment-provider.js';
import { StandInService } from '../../application/stand-in/stand-in.service.js';
import { StandInResolver } from './stand-in.resolver.js';

/** Whatever is touched fails the test. */
const untouchable = <Part extends object>(): Part =>
  new Proxy({} as Part, {
    get: (_target, name) => {
      throw new Error(`asked for ${String(name)}`);
    },
  });

const CALLER = untouchable<AuthenticatedPrincipal>();
const WRONG = { operation: 'no.such', effect: 'status', status: 200, when: 'before', times: 0 } as const;

describe('with a key of Stripe’s', () => {
  let resolver: StandInResolver;

  beforeAll(async () => {
    const settings = readSettings({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1' });
    const provider = new PaymentProvider(settings, createLogger('error'), untouchable<SecretBox>(), systemClock);
    await provider.start();
    // From here on there is no way to Stripe, nor to the database or the audit trail.
    Object.defineProperty(provider, 'gateway', { value: untouchable() });
    resolver = new StandInResolver(new StandInService(untouchable<Database>(), provider, untouchable<AuditTrail>()));
  });

  it('there is no stand-in to look at', () => {
    expect(resolver.stripeStandIn()).toMatchObject({ isAnswering: false, operations: [], faults: [], events: [], paidPayments: [] });
  });

  it.each<[string, (to: StandInResolver) => Promise<object>]>([
    ['nothing fails, whatever else is wrong with what was asked', (to) => to.failStandIn('k', WRONG, CALLER)],
    ['nothing is cleared', (to) => to.clearStandInFaults('k', CALLER)],
    ['no payment ends', (to) => to.finishStandInPayment('k', { paymentId: 'pi_1', outcome: 'failed' }, CALLER)],
    ['no payment is disputed', (to) => to.happenAtStandIn('k', { happening: 'dispute_opened', subject: 'pi_1', amount: 1n as MicroUsd }, CALLER)],
    ['no event is kept back', (to) => to.holdStandInEvents('k', CALLER)],
    ['no event is released', (to) => to.releaseStandInEvents('k', { order: 'as_made', times: 0 }, CALLER)],
    ['no event is sent again', (to) => to.resendStandInEvent('k', { eventId: 'evt_1' }, CALLER)],
  ])('%s', async (_name, act) => {
    const message = expect.stringContaining('STRIPE_SECRET_KEY is set: nothing was done, and Stripe was asked nothing');
    expect(await act(resolver)).toEqual({ __typename: 'StripeItselfRejection', code: 'STRIPE_ITSELF', message });
  });
});
