import { Market, Quotes } from '../../src/allocation/contract.js';
import { LedgerService } from '../../src/billing/application/ledger.service.js';
import { SaleSplits } from '../../src/billing/application/sale-splits.js';
import type { TestApp } from './app.js';
import { replace } from './payments.js';

/** What is awaited on the way of money from a wallet to a purchase and back. */
export const MONEY_STEPS = [
  ...['ReserveFunds', 'CaptureFill', 'ReleaseFunds', 'FundEscrow', 'FundEscrows', 'ReleaseEscrow', 'CancelEscrow'],
  ...['sendOrder', 'confirmPayment', 'wouldRefuse', 'reservation', 'acceptQuote', 'splits'],
] as const;
export type MoneyStep = (typeof MONEY_STEPS)[number];

/** What is awaited from a curtailment on: the refund, the penalty to whom it is due, the order in its place, the record of it. */
export const CURTAILMENT_STEPS = [
  ...['CurtailEscrow', 'ChargePenalty', 'ReceiveTransfer', 'ReserveFunds', 'sendOrder', 'CaptureFill', 'recordRebooking'],
] as const;
type Step = MoneyStep | (typeof CURTAILMENT_STEPS)[number];
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
