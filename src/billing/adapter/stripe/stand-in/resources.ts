import type { Stripe } from 'stripe';
import { present } from '../../../../kernel/assert.js';
import type { StripeDescription } from './description.js';

type Given<T extends object, Required extends keyof T> = Partial<T> & Pick<T, Required>;

const NO_ADDRESS: Stripe.Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};
const NO_BILLING_DETAILS = {
  address: NO_ADDRESS,
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

/** The fixtures show one of each thing that can be there; a new object has none of them. */
const NEW_CUSTOMER: Partial<Stripe.Customer> = {
  address: null,
  currency: null,
  discount: null,
  email: null,
  shipping: null,
};
const NEW_PAYMENT_INTENT: Partial<Stripe.PaymentIntent> = {
  allowed_payment_method_types: null,
  canceled_at: null,
  last_payment_error: null,
  managed_payments: null,
  next_action: null,
  payment_method_configuration_details: null,
  payment_method_types: ['card', 'us_bank_account'],
  payment_record: null,
  processing: null,
  shipping: null,
  transfer_data: null,
};
const NEW_SETUP_INTENT: Partial<Stripe.SetupIntent> = {
  allowed_payment_method_types: null,
  last_setup_error: null,
  next_action: null,
  payment_method_configuration_details: null,
  payment_method_types: ['card', 'us_bank_account'],
};
const NEW_CHARGE: Partial<Stripe.Charge> = {
  amount_refunded: 0,
  balance_transaction: null,
  billing_details: NO_BILLING_DETAILS,
  description: null,
  receipt_url: null,
  shipping: null,
  source: null,
  transfer_data: null,
};
const NEW_PAYMENT_METHOD: Partial<Stripe.PaymentMethod> = {
  billing_details: NO_BILLING_DETAILS,
  metadata: {},
};

/** Makes objects in the shape of Stripe's published fixtures. All of them are in test mode. */
export class ResourceFactory {
  constructor(private readonly fixtures: StripeDescription['fixtures']) {}

  customer(given: Given<Stripe.Customer, 'id' | 'created'>): Stripe.Customer {
    return { ...this.fixture<Stripe.Customer>('customer'), ...NEW_CUSTOMER, ...given };
  }

  paymentIntent(
    given: Given<Stripe.PaymentIntent, 'id' | 'created' | 'amount' | 'currency' | 'client_secret'>,
  ): Stripe.PaymentIntent {
    const fixture = this.fixture<Stripe.PaymentIntent>('payment_intent');
    return { ...fixture, ...NEW_PAYMENT_INTENT, ...given };
  }

  setupIntent(
    given: Given<Stripe.SetupIntent, 'id' | 'created' | 'client_secret'>,
  ): Stripe.SetupIntent {
    const fixture = this.fixture<Stripe.SetupIntent>('setup_intent');
    return { ...fixture, ...NEW_SETUP_INTENT, ...given };
  }

  charge(
    given: Given<Stripe.Charge, 'id' | 'created' | 'amount' | 'currency' | 'status'>,
  ): Stripe.Charge {
    const charge = { ...this.fixture<Stripe.Charge>('charge'), ...NEW_CHARGE, ...given };
    // Since API version 2022-11-15, a charge holds its refunds only where that is asked for.
    delete charge.refunds;
    return charge;
  }

  refund(given: Given<Stripe.Refund, 'id' | 'created' | 'amount' | 'currency'>): Stripe.Refund {
    return { ...this.fixture<Stripe.Refund>('refund'), ...given };
  }

  paymentMethod(
    given: Given<Stripe.PaymentMethod, 'id' | 'created' | 'type'>,
  ): Stripe.PaymentMethod {
    const fixture = this.fixture<Stripe.PaymentMethod>('payment_method');
    // The example is a card; the one given may be something else.
    delete fixture.card;
    return { ...fixture, ...NEW_PAYMENT_METHOD, ...given };
  }

  card(brand: string, last4: string): Stripe.PaymentMethod.Card {
    const { card } = this.fixture<Stripe.PaymentMethod>('payment_method');
    return {
      ...present(card, 'the card of the payment method fixture'),
      brand,
      display_brand: brand,
      generated_from: null,
      last4,
      networks: { available: [brand], preferred: null },
      wallet: null,
    };
  }

  chargedCard(brand: string, last4: string): Stripe.Charge.PaymentMethodDetails {
    const { payment_method_details: details } = this.fixture<Stripe.Charge>('charge');
    const card = present(details?.card, 'the card of the charge fixture');
    return {
      type: 'card',
      card: { ...card, brand, network: brand, last4, installments: null, wallet: null },
    };
  }

  /** For resources that have a file of their own. */
  fixture<T>(resource: string): T {
    return structuredClone(present(this.fixtures[resource], `the fixture ${resource}`)) as T;
  }
}
