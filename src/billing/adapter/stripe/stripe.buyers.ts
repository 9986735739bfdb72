import { ok, type Result } from '../../../kernel/result.js';
import type {
  BuyerGateway,
  CustomerRequest,
  DisputeFacts,
  MethodFacts,
  RefundRequest,
  SetupFacts,
  SetupRequest,
} from './buyer-gateway.js';
import type { PaymentFailure, RefundFacts } from './payment-gateway.js';
import { disputeSchema, methodSchema, setupIntentSchema, toDispute, toMethod, toSetup } from './stripe.buyers.read.js';
import { refuse, type StripeClient } from './stripe.client.js';
import { ORGANIZATION_KEY, REFUND_KEY, refundSchema, SETUP_KEY, toRefundFacts } from './stripe.payment.js';

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** As many as Stripe gives at a time. */
const PAGE = 100;
/** Ids become part of a path: nothing but an id may. */
const ID = /^[a-z]+_\w{1,250}$/;

/** The buyers' side of Stripe over its SDK. */
export class StripeBuyerGateway implements BuyerGateway {
  constructor(private readonly client: StripeClient) {}

  createCustomer({ organizationId, name, idempotencyKey }: CustomerRequest): Asked<string> {
    const params = { name, metadata: { [ORGANIZATION_KEY]: organizationId } };
    return this.client.ask(
      (stripe) => stripe.customers.create(params, { idempotencyKey }),
      ({ id }) => ok(id),
    );
  }

  startSetup(request: SetupRequest): Asked<SetupFacts> {
    const { organizationId, setupId, customerId: customer, paymentMethod, idempotencyKey } = request;
    const method = paymentMethod === null ? {} : { payment_method: paymentMethod, confirm: true };
    const params = {
      ...{ customer, usage: 'off_session', ...method },
      // No redirect: there is no page of ours for the payer to come back to.
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { [ORGANIZATION_KEY]: organizationId, [SETUP_KEY]: setupId },
    } as const;
    return this.client.ask(
      (stripe) => stripe.setupIntents.create(params, { idempotencyKey }),
      (intent) => ok(toSetup(setupIntentSchema.parse(intent))),
    );
  }

  retrieveSetup(setupIntentId: string): Asked<SetupFacts> {
    return this.one(setupIntentId, (id) =>
      this.client.ask(
        (stripe) => stripe.setupIntents.retrieve(id),
        (intent) => ok(toSetup(setupIntentSchema.parse(intent))),
      ),
    );
  }

  retrieveMethod(paymentMethodId: string): Asked<MethodFacts> {
    return this.one(paymentMethodId, (id) =>
      this.client.ask(
        (stripe) => stripe.paymentMethods.retrieve(id),
        (method) => ok(toMethod(methodSchema.parse(method))),
      ),
    );
  }

  detachMethod(paymentMethodId: string, idempotencyKey: string): Asked<MethodFacts> {
    return this.one(paymentMethodId, (id) =>
      this.client.ask(
        (stripe) => stripe.paymentMethods.detach(id, {}, { idempotencyKey }),
        (method) => ok(toMethod(methodSchema.parse(method))),
      ),
    );
  }

  createRefund(request: RefundRequest): Asked<RefundFacts> {
    const { organizationId, refundId, paymentIntentId, amountCents, idempotencyKey } = request;
    const params = {
      ...{ payment_intent: paymentIntentId, amount: Number(amountCents) },
      metadata: { [ORGANIZATION_KEY]: organizationId, [REFUND_KEY]: refundId },
    };
    return this.client.ask(
      (stripe) => stripe.refunds.create(params, { idempotencyKey }),
      (refund) => ok(toRefundFacts(refundSchema.parse(refund))),
    );
  }

  findRefund(paymentIntentId: string, refundId: string): Asked<RefundFacts | null> {
    return this.client.ask(async (stripe) => {
      for await (const refund of stripe.refunds.list({ payment_intent: paymentIntentId, limit: PAGE })) {
        if (refund.metadata?.[REFUND_KEY] === refundId) return toRefundFacts(refundSchema.parse(refund));
      }
      return null;
    }, ok);
  }

  retrieveRefund(refundId: string): Asked<RefundFacts> {
    return this.one(refundId, (id) =>
      this.client.ask(
        (stripe) => stripe.refunds.retrieve(id),
        (refund) => ok(toRefundFacts(refundSchema.parse(refund))),
      ),
    );
  }

  retrieveDispute(disputeId: string): Asked<DisputeFacts> {
    return this.one(disputeId, (id) =>
      this.client.ask(
        (stripe) => stripe.disputes.retrieve(id),
        (dispute) => ok(toDispute(disputeSchema.parse(dispute))),
      ),
    );
  }

  private one<Value>(id: string, ask: (id: string) => Asked<Value>): Asked<Value> {
    if (ID.test(id)) return ask(id);
    return Promise.resolve(refuse('malformed_id', 'id', 'expected an id of Stripe'));
  }
}
