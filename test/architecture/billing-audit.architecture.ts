import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the audit trail tells of a mutation. */
type Told =
  /** By an entry that is written in the transaction of the change. */
  | { readonly entry: string }
  /** By an event of the log, which says who caused it: every one of them is in the trail. */
  | { readonly event: string }
  /** Not at all, and why that is right. */
  | { readonly because: string };

const TOLD: Readonly<Record<string, Told>> = {
  acknowledgeDifference: { entry: 'reconciliation-difference.acknowledged' },
  approvePurchase: { event: 'ApprovalDecided' },
  clearStandInFaults: { entry: 'stand-in.faults-cleared' },
  failStandIn: { entry: 'stand-in.fault-set' },
  finishStandInPayment: { entry: 'stand-in.payment-finished' },
  happenAtStandIn: { entry: 'stand-in.happened' },
  holdStandInEvents: { entry: 'stand-in.events-held' },
  issueCreditNote: { event: 'CreditNoteAsked' },
  issueInvoice: { event: 'InvoiceIssued' },
  judgeStripeCall: { entry: 'stripe-call.judged' },
  makeDefaultPaymentMethod: { entry: 'payment-method.made-default' },
  payReservation: { event: 'EscrowFunded' },
  payReservations: { event: 'EscrowFunded' },
  refundTopUp: { event: 'RefundReserved' },
  refusePurchase: { event: 'ApprovalDecided' },
  releaseStandInEvents: { entry: 'stand-in.events-released' },
  removeAutoTopUp: { entry: 'auto-top-up.removed' },
  removePaymentMethod: { entry: 'payment-method.removed' },
  requestExport: { because: 'it changes nothing; the export says who asked for it' },
  requestPayout: { event: 'PayoutStarted' },
  resendStandInEvent: { entry: 'stand-in.event-resent' },
  retryStripeCall: { entry: 'stripe-call.retried' },
  reverseTransfer: { entry: 'transfer.reversed' },
  setAutoTopUp: { entry: 'auto-top-up.set' },
  setBillingProfile: { entry: 'billing-profile.changed' },
  setExchangeProfile: { entry: 'billing-profile.changed' },
  setBudget: { event: 'BudgetSet' },
  setCreditLine: { event: 'CreditLineSet' },
  setPayoutRule: { entry: 'payout-rule.set' },
  setSpendLimits: { event: 'SpendLimitsSet' },
  setUpPaymentMethod: { entry: 'payment-method.set-up' },
  spendEarnings: { event: 'EarningsKept' },
  startCardCheckout: { entry: 'payment-method.set-up' },
  startPayoutOnboarding: { entry: 'payout-account.onboarding' },
  topUpWallet: { entry: 'wallet.topped-up' },
  voidInvoice: { event: 'InvoiceVoided' },
  withdrawCreditLine: { event: 'CreditLineSet' },
};

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));

/** A decorator, those behind it, and the method's name. */
const MUTATION = /@Mutation\((?:[^@]|@(?!Mutation\())*?\n {2}(?:async )?(\w+)\(/g;
const mutations = sourcesIn('src/billing/api').flatMap((text) => [...text.matchAll(MUTATION)].map(([, name]) => String(name)));
const application = sourcesIn('src/billing/application');
const model = sourcesIn('src/billing/model').join('\n');

describe('the audit of every change', () => {
  it('says of each mutation of billing how it is told, and of no other', () => {
    expect(mutations.sort()).toEqual(Object.keys(TOLD).sort());
  });

  it('knows all mutations that the schema has of it', () => {
    const schema = readFileSync('schema.graphql', 'utf8');
    const all = /^type Mutation \{\n([\s\S]*?)^\}/m.exec(schema)?.[1] ?? '';
    for (const name of mutations) expect(all).toMatch(new RegExp(`^  ${name}\\(`, 'm'));
  });

  it.each(Object.entries(TOLD).filter(([, told]) => 'entry' in told))('writes the entry of %s in the transaction of the change', (_name, told) => {
    const { entry } = told as { readonly entry: string };
    const writer = application.find((text) => text.includes(`'${entry}'`));
    expect(writer).toContain('audit.recordIn(transaction,');
    // What is written behind the change is lost in a crash, and a replay does not write it.
    expect(writer).not.toContain('audit.record(');
  });

  it.each(Object.entries(TOLD).filter(([, told]) => 'event' in told))('has the event of %s', (_name, told) => {
    expect(model).toContain(`'${(told as { readonly event: string }).event}'`);
  });
});
