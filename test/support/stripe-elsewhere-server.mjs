// The product, except that Stripe is a stand-in in another process, which outlives it, as Stripe does. An
// answer about a payment by the method HOLD is not gone on with: it says `answered`, and waits to be killed.
import { StripeGateway } from '../../dist/billing/adapter/stripe/stripe.gateway.js';
import { PaymentProvider } from '../../dist/billing/application/payment-provider.js';

process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL')).resume();

const { HOLD, STRIPE_CONNECTION } = process.env;
/** Whoever gets no answer waits until it is killed. */
const PATIENT = { timeoutMs: 3_600_000, maxNetworkRetries: 0 };

class HeldGateway extends StripeGateway {
  async createTopUp(request) {
    const answer = await super.createTopUp(request);
    if (request.paymentMethod !== HOLD) return answer;
    console.log('answered');
    return new Promise(() => undefined);
  }
}

PaymentProvider.prototype.start = async function start() {
  const connection = JSON.parse(STRIPE_CONNECTION);
  this.opened = new HeldGateway({ ...connection, ...PATIENT, clock: () => this.clock.now() });
};
await import('../../dist/main.js');
