import { readName } from '../../api/graphql/scalars.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { MICRO_USD_MAX, ZERO_USD, type BasisPoints } from '../../kernel/money.js';
import { costOver, TCO_MONTHS, totalCost, type RepeatedPurchase, type TcoQuestion } from '../model/tco.js';
import type { ExpectedUse, OnDemandPriceInput } from './tco.types.js';

const ON_DEMAND_MAX = 20;
const NAME_LENGTH_MAX = 60;
const LONGEST = 36;

export function useIssues({ utilization, oneOffCost, onDemand }: ExpectedUse): readonly Issue[] {
  return [
    ...notNegative('oneOffCost', oneOffCost ?? ZERO_USD),
    ...unless(utilization >= 1 && utilization <= 10_000, {
      field: 'utilization',
      reason: 'is no share',
      accepted: '1 to 10000 hundredths of a per cent',
    }),
    ...unless(onDemand.length <= ON_DEMAND_MAX, {
      field: 'onDemand',
      reason: 'holds too many prices',
      accepted: `up to ${ON_DEMAND_MAX} prices`,
    }),
    ...onDemand.flatMap((price, index) => priceIssues(`onDemand.${index}`, price)),
  ];
}

function priceIssues(field: string, price: OnDemandPriceInput): readonly Issue[] {
  const { name, pricePerMillionTokens, yearlyChange } = price;
  return [
    ...unless(readName(name, NAME_LENGTH_MAX) !== null, {
      field: `${field}.name`,
      reason: 'is empty, too long or has hidden marks',
      accepted: `1 to ${NAME_LENGTH_MAX} visible characters`,
    }),
    ...notNegative(`${field}.pricePerMillionTokens`, pricePerMillionTokens),
    ...unless(yearlyChange > -10_000 && yearlyChange <= 10_000, {
      field: `${field}.yearlyChange`,
      reason: 'is no yearly change',
      accepted: '-9999 to 10000 hundredths of a per cent',
    }),
  ];
}

export function notNegative(field: string, value: bigint): readonly Issue[] {
  return unless(value >= 0n, { field, reason: 'is below zero', accepted: '0 or more micro-USD' });
}

export function readUse(purchase: RepeatedPurchase, use: ExpectedUse): TcoQuestion {
  const onDemand = use.onDemand.map(({ name, pricePerMillionTokens, yearlyChange }) => ({
    ...{ name: readName(name, NAME_LENGTH_MAX) ?? '', pricePerMillionTokens, yearlyChange },
  }));
  const utilization = use.utilization as BasisPoints;
  return { purchase, utilization, oneOffCost: use.oneOffCost ?? ZERO_USD, onDemand };
}

/** Whether what it costs can be told at all. */
export function isTellable(question: Pick<TcoQuestion, 'purchase' | 'oneOffCost'>): boolean {
  return costOver(question, LONGEST) <= MICRO_USD_MAX;
}

export const showTotalCost = (question: TcoQuestion): object => ({
  periods: TCO_MONTHS.map((months) => totalCost(question, months)),
});
