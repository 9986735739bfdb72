import { assertNever } from '../../kernel/assert.js';

/** One account of the chart, from the organization's own side of the books. */
export interface ChartAccount {
  /** What an accounting program knows it by. */
  readonly code: string;
  readonly name: string;
  readonly kind: 'asset' | 'liability' | 'income' | 'expense';
  /** What stands on it. */
  readonly holds: string;
}

/**
 * The chart of accounts. The exchange's own ledger says what it owes an organization; this is the same
 * money as the organization's assets. `clearing` and `uncollected`
 * are where money comes from and goes to: what a posting there is for is told by its event, and is an
 * account of its own.
 */
export const CHART = {
  wallet: { code: '1200', name: 'Headroom wallet', kind: 'asset', holds: 'money that can be spent' },
  reserved: { code: '1210', name: 'Set aside for orders', kind: 'asset', holds: 'the worst case of each order in the book' },
  escrow: { code: '1220', name: 'Prepaid capacity', kind: 'asset', holds: 'paid and not delivered yet' },
  payable: { code: '1230', name: 'Seller payable', kind: 'asset', holds: 'earned, and to be paid out' },
  payout: { code: '1350', name: 'Payouts on their way', kind: 'asset', holds: 'left seller payable, not yet with Stripe' },
  refund: { code: '1240', name: 'Set aside for refunds', kind: 'asset', holds: 'on its way back to a card' },
  external: { code: '1360', name: 'Money in transit', kind: 'asset', holds: 'payments on their way between the bank and the wallet' },
  receivable: { code: '2200', name: 'Owed to Headroom', kind: 'liability', holds: 'what the wallet could not cover' },
  'credit-line-receivable': { code: '2210', name: 'Credit line', kind: 'liability', holds: 'drawn and not repaid; for Headroom the credit line receivable' },
  proceeds: { code: '4000', name: 'Capacity sold', kind: 'income', holds: 'proceeds of delivered capacity' },
  royalty: { code: '4010', name: 'Royalties', kind: 'income', holds: 'shares of capacity that others resold' },
  fee: { code: '4020', name: 'Exchange fees', kind: 'income', holds: 'the exchange’s share of sales' },
  otherIncome: { code: '4100', name: 'Shares of fees and overage', kind: 'income', holds: 'shares of cancellation fees and overage' },
  credits: { code: '4200', name: 'Credits and penalties received', kind: 'income', holds: 'for hours below the promise, and for capacity taken back' },
  delivery: { code: '6000', name: 'Inference capacity', kind: 'expense', holds: 'reserved capacity that was delivered' },
  overage: { code: '6010', name: 'Inference overage', kind: 'expense', holds: 'use above a reservation' },
  cancellation: { code: '6020', name: 'Cancellation fees', kind: 'expense', holds: 'for reservations that were given back' },
  penalty: { code: '6100', name: 'Penalties', kind: 'expense', holds: 'for sold capacity that was taken back' },
  credit: { code: '6110', name: 'Credits given', kind: 'expense', holds: 'for hours below the promise' },
  taxes: { code: '6900', name: 'Taxes', kind: 'expense', holds: 'tax of invoices; for Headroom what it owes authorities' },
} as const satisfies Readonly<Record<string, ChartAccount>>;

/** What of a posting an accounting program needs. */
export interface PostedLine {
  readonly account: string;
  /** Type of the event that posted it. */
  readonly kind: string;
  /** Of a transfer that arrived: what it is for. */
  readonly transferKind: string | null;
}

type Own = 'wallet' | 'external' | 'taxes' | 'clearing' | 'receivable' | 'uncollected' | 'refund' | 'reserved' | 'escrow' | 'payable' | 'payout' | 'credit-line-receivable';

/** The account of the chart that a posting of the exchange's ledger stands on. */
export function chartAccountOf({ account, kind, transferKind }: PostedLine): ChartAccount {
  const own = account.split(':', 1)[0] as Own;
  switch (own) {
    case 'wallet':
    case 'external':
    case 'payable':
    case 'payout':
    case 'receivable':
    case 'taxes':
    case 'refund':
    case 'reserved':
    case 'escrow':
    case 'credit-line-receivable':
      return CHART[own];
    // What is owed is an expense when it is charged, and not again when it is collected.
    case 'uncollected':
      return paidFor(kind);
    case 'clearing':
      return kind === 'TransferReceived' ? receivedFor(transferKind) : paidFor(kind);
    default:
      return assertNever(own);
  }
}

function receivedFor(transferKind: string | null): ChartAccount {
  switch (transferKind) {
    case 'proceeds':
      return CHART.proceeds;
    case 'royalty':
      return CHART.royalty;
    case 'fee':
      return CHART.fee;
    case 'cancellation':
    case 'overage':
      return CHART.otherIncome;
    // What a credit note gave back is on no invoice.
    default:
      return CHART.credits;
  }
}

function paidFor(kind: string): ChartAccount {
  switch (kind) {
    case 'EscrowCancelled':
      return CHART.cancellation;
    case 'OverageCharged':
    case 'OverageCollected':
      return CHART.overage;
    case 'TaxCharged':
    case 'TaxCollected':
    case 'TaxReturned':
      return CHART.taxes;
    case 'PenaltyCharged':
    case 'PenaltyCollected':
      return CHART.penalty;
    case 'CreditCharged':
    case 'CreditCollected':
      return CHART.credit;
    default:
      return CHART.delivery;
  }
}

