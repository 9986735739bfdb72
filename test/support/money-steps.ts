import { Market, Quotes } from '../../src/allocation/contract.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { SaleSplits } from '../../src/billing/application/sale-splits.js';
import type { LedgerCommand } from '../../src/billing/model/ledger.commands.js';
import type { TestApp } from './app.js';
import { replace } from './payments.js';

/**
 * On which ways each command of the books is cut off, or why on none of them. The compiler asks for every command that there
 * is, and each way's suite for what becomes of it.
 */
const COMMANDS = {
  ReserveFunds: ['purchase', 'curtailment'],
  CaptureFill: ['purchase', 'curtailment'],
  ReleaseFunds: ['purchase'],
  FundEscrow: ['purchase'],
  FundEscrows: ['purchase'],
  ReleaseEscrow: ['purchase'],
  CancelEscrow: ['purchase'],
  KeepRefusal: ['purchase'],
  CurtailEscrow: ['curtailment'],
  ChargePenalty: ['curtailment'],
  ReceiveTransfer: ['curtailment', 'delivery'],
  SettleDelivery: ['delivery'],
  ChargeOverage: ['delivery'],
  ChargeCredit: ['delivery'],
  CreditTopUp: ['card'],
  ReserveRefund: ['card'],
  SettleRefund: ['card'],
  WithdrawFunds: ['card'],
  ReinstateFunds: ['card'],
  StartPayout: 'of a job that is tried again; what follows it is cut off in payouts.e2e.ts',
  SettlePayout: 'cut off in payouts.e2e.ts, between what Stripe answered and the books',
  FailPayout: 'of the same call of Stripe as SettlePayout, which is made until it has an end',
  KeepEarnings: 'one commit, under the key of whoever asks, that nothing follows',
  OpenPayouts: 'one commit, told again with everything that Stripe says of the account',
  WatchCredits: 'nothing moves; of a credit note, which is decided when its customer’s books have answered',
  LimitCredits: 'nothing moves; of a credit note, which is decided when its customer’s books have answered',
  ChargeTax: 'cut off in invoice-life.e2e.ts: an invoice stays as it is until its tax is booked',
  ReturnTax: 'of the same follower of invoices as ChargeTax',
  BillCreditLine: 'nothing moves; of the same follower of invoices as ChargeTax',
  UnbillCreditLine: 'nothing moves; of the same follower of invoices as ChargeTax',
  FreezeCreditLine: 'nothing moves; of a job that is tried again',
  ApprovePurchase: 'approval and payment are one commit; what follows it is cut off in finance-controls.e2e.ts',
  RefusePurchase: 'nothing moves; one commit that nothing follows',
  ExpireApproval: 'nothing moves; of a job that is tried again',
  SetSpendLimits: 'nothing moves; one commit that nothing follows',
  SetCreditLine: 'one commit that nothing follows',
  SetBudget: 'nothing moves; one commit that nothing follows',
} as const satisfies Readonly<Record<LedgerCommand['type'], readonly Way[] | string>>;

type Way = 'purchase' | 'curtailment' | 'delivery' | 'card';
type Commands = typeof COMMANDS;
type CommandOn<On extends Way> = {
  [Type in keyof Commands]: Commands[Type] extends readonly Way[] ? (On extends Commands[Type][number] ? Type : never) : never;
}[keyof Commands];

function commandsOn<On extends Way>(way: On): readonly CommandOn<On>[] {
  const places: readonly (readonly [string, readonly Way[] | string])[] = Object.entries(COMMANDS);
  return places.filter(([, ways]) => typeof ways !== 'string' && ways.includes(way)).map(([type]) => type as CommandOn<On>);
}

/** What is awaited on the way of money from a wallet to a purchase and back. */
export const MONEY_STEPS = [
  ...commandsOn('purchase'),
  ...(['sendOrder', 'confirmPayment', 'wouldRefuse', 'reservation', 'acceptQuote', 'splits'] as const),
] as const;
export type MoneyStep = (typeof MONEY_STEPS)[number];

/** What is awaited from a curtailment on: the refund, the penalty to whom it is due, the order in its place, the record of it. */
export const CURTAILMENT_STEPS = [...commandsOn('curtailment'), ...(['sendOrder', 'recordRebooking'] as const)] as const;

/** What is awaited from an hour that is served until everybody has their share, and what comes back of it. */
export const DELIVERY_STEPS = commandsOn('delivery');

/** What is awaited between the books and a card. */
export const CARD_STEPS = commandsOn('card');
export type CardStep = CommandOn<'card'>;

type Step = MoneyStep | CardStep | (typeof CURTAILMENT_STEPS | typeof DELIVERY_STEPS)[number];
export type Side = 'before' | 'after';

/** A product whose process is as good as dead at one step of the way: before it, or when it is done. */
export interface Broken {
  /** How often it broke there. */
  readonly count: () => number;
  /** From now on it does not break any more. */
  readonly mend: () => void;
}

type Dying = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** Only what the step is about is replaced, so that two may be broken at once. */
function doorOf({ application }: TestApp, step: Step, dying: Dying): () => void {
  const market = application.get(Market);
  switch (step) {
    case 'sendOrder':
      return replace(market, step, (send) => (...asked) => dying(() => send(...asked)));
    case 'confirmPayment':
      return replace(market, step, (confirm) => (...asked) => dying(() => confirm(...asked)));
    case 'wouldRefuse':
      return replace(market, step, (would) => (...asked) => dying(() => would(...asked)));
    case 'recordRebooking':
      return replace(market, step, (record) => (...asked) => dying(() => record(...asked)));
    case 'reservation':
      return replace(market, step, (find) => (...asked) => dying(() => find(...asked)));
    case 'acceptQuote':
      return replace(application.get(Quotes), 'accept', (accept) => (...asked) => dying(() => accept(...asked)));
    case 'splits':
      return replace(application.get(SaleSplits), 'of', (of) => (...asked) => dying(() => of(...asked)));
    default:
      return replace(application.get(LedgerService), 'execute', (execute) => (...asked) =>
        asked[1].type === step ? dying(() => execute(...asked)) : execute(...asked));
  }
}

export function breakAt(app: TestApp, step: Step, side: Side): Broken {
  let broken = 0;
  const dying: Dying = async (call) => {
    if (side === 'after') await call();
    broken += 1;
    throw new Error(`killed ${side} ${step}`);
  };
  return { count: () => broken, mend: doorOf(app, step, dying) };
}
