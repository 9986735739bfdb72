/** How a published test payment method behaves when it is charged. */
export type TestBehaviour =
  | { readonly outcome: 'succeeds' }
  /** The payer must authenticate first. */
  | { readonly outcome: 'authenticates' }
  /** The bank answers later; `finally` is its refusal, or null when it pays. */
  | { readonly outcome: 'processes'; readonly finally: TestDecline | null }
  | {
      readonly outcome: 'declines';
      readonly decline: TestDecline;
      /** Whether it can be saved for later all the same. */
      readonly canBeSaved: boolean;
    };

export interface TestDecline {
  /** Stripe's error code. */
  readonly code: string;
  /** The card issuer's reason; null for a bank account. */
  readonly declineCode: string | null;
  readonly message: string;
}

export interface TestMethod {
  readonly type: 'card' | 'us_bank_account';
  readonly brand: string;
  readonly last4: string;
  readonly behaviour: TestBehaviour;
}

const SUCCEEDS: TestBehaviour = { outcome: 'succeeds' };
const AUTHENTICATES: TestBehaviour = { outcome: 'authenticates' };
const DECLINED = 'Your card was declined.';

const card = (brand: string, last4: string, behaviour: TestBehaviour): TestMethod => ({
  type: 'card',
  brand,
  last4,
  behaviour,
});

const bank = (last4: string, decline: TestDecline | null): TestMethod => ({
  type: 'us_bank_account',
  brand: 'STRIPE TEST BANK',
  last4,
  behaviour: { outcome: 'processes', finally: decline },
});

const declined = (last4: string, declineCode: string, message: string = DECLINED): TestMethod =>
  refused(last4, { code: 'card_declined', declineCode, message });

/** The issuer names one reason, and Stripe's error code is the same. */
const faulty = (last4: string, code: string, message: string): TestMethod =>
  refused(last4, { code, declineCode: code, message });

const refused = (last4: string, decline: TestDecline): TestMethod =>
  card('visa', last4, { outcome: 'declines', decline, canBeSaved: false });

const GENERIC = declined('0002', 'generic_decline');
const INSUFFICIENT_FUNDS = declined(
  '9995',
  'insufficient_funds',
  'Your card has insufficient funds.',
);
const EXPIRED = faulty('0069', 'expired_card', 'Your card has expired.');
const WRONG_CVC = faulty('0127', 'incorrect_cvc', "Your card's security code is incorrect.");
const PROCESSING_ERROR = faulty(
  '0119',
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
);
const ACCOUNT_CLOSED: TestDecline = {
  code: 'account_closed',
  declineCode: null,
  message: 'The customer has closed the bank account.',
};
const CHARGE_FAILS = card('visa', '0341', {
  outcome: 'declines',
  decline: { code: 'card_declined', declineCode: 'generic_decline', message: DECLINED },
  canBeSaved: true,
});

/** Of https://docs.stripe.com/testing and the page on testing ACH Direct Debit. */
export const TEST_METHODS: ReadonlyMap<string, TestMethod> = new Map([
  ['pm_card_visa', card('visa', '4242', SUCCEEDS)],
  ['pm_card_visa_debit', card('visa', '5556', SUCCEEDS)],
  ['pm_card_mastercard', card('mastercard', '4444', SUCCEEDS)],
  ['pm_card_amex', card('amex', '8431', SUCCEEDS)],
  ['pm_card_chargeDeclined', GENERIC],
  ['pm_card_visa_chargeDeclined', GENERIC],
  ['pm_card_chargeDeclinedInsufficientFunds', INSUFFICIENT_FUNDS],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', INSUFFICIENT_FUNDS],
  ['pm_card_visa_chargeDeclinedLostCard', declined('9987', 'lost_card')],
  ['pm_card_visa_chargeDeclinedStolenCard', declined('9979', 'stolen_card')],
  ['pm_card_chargeDeclinedExpiredCard', EXPIRED],
  ['pm_card_chargeDeclinedIncorrectCvc', WRONG_CVC],
  ['pm_card_chargeDeclinedProcessingError', PROCESSING_ERROR],
  ['pm_card_chargeCustomerFail', CHARGE_FAILS],
  ['pm_card_authenticationRequired', card('visa', '3184', AUTHENTICATES)],
  ['pm_usBankAccount_success', bank('6789', null)],
  ['pm_usBankAccount_accountClosed', bank('1113', ACCOUNT_CLOSED)],
]);
