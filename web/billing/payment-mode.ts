/** Whether a top-up charges anybody: the server writes it into the page. */
export type PaymentMode = 'live' | 'test' | 'simulated';

export function paymentMode(): PaymentMode {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="headroom-payments"]');
  const mode = meta?.content;
  // What is not known to be a test is treated as money.
  return mode === 'test' || mode === 'simulated' ? mode : 'live';
}

/** Stripe's own test payment methods: https://docs.stripe.com/testing */
export const TEST_METHODS = [
  { value: 'pm_card_visa', text: 'TEST Visa …4242: succeeds' },
  { value: 'pm_card_mastercard', text: 'TEST Mastercard …4444: succeeds' },
  { value: 'pm_card_chargeDeclined', text: 'TEST card that is declined' },
  { value: 'pm_card_chargeDeclinedInsufficientFunds', text: 'TEST card without funds: is declined' },
  { value: 'pm_usBankAccount_success', text: 'TEST bank debit: its bank answers in days' },
] as const;
