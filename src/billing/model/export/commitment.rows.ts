import type { Purchase } from '../../../allocation/contract.js';
import { marketOf } from '../../../kernel/ids.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, monthOf, plus, type Instant } from '../../../kernel/time.js';
import { durationOf, type Window } from '../../../kernel/window.js';
import { CAPACITY_UNIT, CURRENCY, type FocusPeriod } from './focus-charge.js';
import { COMMITMENT_OF_FOCUS_1_3, CONTRACT_COMMITMENT, rowOf, type Facts } from './focus.columns.js';
import type { Row } from './table.js';

/** A reservation that was bought, and what became of it as far as its month knows. */
export interface Commitment {
  readonly purchase: Purchase;
  /** When all that was left of it was given or taken back; null: it was not. */
  readonly endedAt: Instant | null;
}

const PLACES = 1_000_000_000_000n;

/** As files of an invoice of the period's layout have it: until the third with the columns of FOCUS 1.3. */
export function commitmentRow(period: FocusPeriod, commitment: Commitment): Row {
  const common = committed(period, commitment.purchase);
  if (period.layout < 4) return rowOf(COMMITMENT_OF_FOCUS_1_3, common);
  return rowOf(CONTRACT_COMMITMENT, common, termsOf(period, commitment.purchase), lifeOf(period, commitment));
}

/** A reservation commits its holder to take, and pay for, capacity over its window. */
function committed(period: FocusPeriod, purchase: Purchase): Facts {
  const { reservationId: id, window, quantity, unitPrice } = purchase;
  const market = marketOf(id);
  return {
    ...{ BillingCurrency: CURRENCY, ContractCommitmentCategory: 'Usage' },
    ...{ ContractCommitmentCost: purchase.amount, ContractCommitmentId: id, ContractId: id },
    ContractCommitmentDescription: `${quantity} tokens/s of ${market ?? 'a model'}`,
    ...{ ContractCommitmentPeriodStart: window.start, ContractCommitmentPeriodEnd: window.end },
    ContractCommitmentQuantity: (quantity * BigInt(durationOf(window)) * PLACES) / BigInt(HOUR_MS),
    ...{ ContractCommitmentType: 'Capacity reservation', ContractCommitmentUnit: CAPACITY_UNIT },
    ...{ ContractPeriodStart: window.start, ContractPeriodEnd: window.end },
    ...{ x_ContractedUnitPrice: unitPrice, x_ModelId: market?.split('@')[0] ?? null },
    x_PeriodStatus: period.status,
  };
}

/**
 * Capacity at a price that stood in the market for everybody, so that nothing is discounted: an hour that is not used is
 * gone. Its money is set aside when it is bought and charged with each hour that is delivered.
 */
function termsOf({ exchangeName, issuerName }: FocusPeriod, { reservationId, window }: Purchase): Facts {
  const rule = { Dimension: 'CapacityReservationId', Operator: 'In', Values: [reservationId] };
  return {
    ContractCommitmentApplicability: JSON.stringify({ InclusionOperator: 'And', Inclusions: [rule] }),
    ...{ ContractCommitmentBenefitCategory: 'Availability', ContractCommitmentDiscountPercentage: null },
    ContractCommitmentDurationType: durationText(durationOf(window)),
    ...{ ContractCommitmentFulfillmentInterval: 'Hourly', ContractCommitmentModel: 'Continuous' },
    ...{ ContractCommitmentOfferCategory: 'Public', ContractCommitmentPaymentModel: 'No Upfront' },
    ContractCommitmentPaymentInterval: isWithinMonth(window) ? 'One-Time' : 'Monthly',
    ...{ InvoiceIssuerName: issuerName, ServiceProviderName: exchangeName },
  };
}

/** On one invoice. */
const isWithinMonth = ({ start, end }: Window): boolean => monthOf(start) === monthOf(plus(end, -1));

const UNITS = [
  [DAY_MS, 'Day'],
  [HOUR_MS, 'Hour'],
  [MINUTE_MS, 'Minute'],
] as const;

/** `3 Days`: in the largest unit of which it is a whole number. */
function durationText(duration: number): string {
  const [unit, name] = UNITS.find(([length]) => duration % length === 0) ?? UNITS[2];
  const count = Math.ceil(duration / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function lifeOf(period: FocusPeriod, { purchase, endedAt }: Commitment): Facts {
  const { paidAt } = purchase;
  const [ContractCommitmentLifecycleStatus, since] = statusOf(period.asOf, purchase.window, endedAt);
  const ContractCommitmentLastUpdated = Math.max(since ?? paidAt, paidAt);
  return { ContractCommitmentCreated: paidAt, ContractCommitmentLastUpdated, ContractCommitmentLifecycleStatus };
}

/** With when it became so; null: when it was bought. */
function statusOf(asOf: Instant, { start, end }: Window, endedAt: Instant | null): readonly [status: string, since: Instant | null] {
  if (endedAt !== null) return ['Canceled', endedAt];
  if (end <= asOf) return ['Expired', end];
  return start <= asOf ? ['Active', start] : ['Pending', null];
}
