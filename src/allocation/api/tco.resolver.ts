import { Args, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone } from '../../api/graphql/access.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { MICRO_USD_MAX, ZERO_USD, type BasisPoints } from '../../kernel/money.js';
import { HOURS_PER_MONTH, TCO_MONTHS, totalCost } from '../model/tco.js';
import { TotalCostInput, TotalCostResult, type OnDemandPriceInput } from './tco.types.js';

const ON_DEMAND_MAX = 20;
const NAME_LENGTH_MAX = 60;
const MONTHS_MAX = 36n;

@Resolver()
export class TcoResolver {
  @Query(() => TotalCostResult, {
    description: 'Cost of reserved capacity per million useful tokens, against on-demand list prices.',
  })
  @AllowAnyone()
  totalCostOfOwnership(
    @Args('input', { description: 'The capacity, its use, and prices to compare with.' })
    input: TotalCostInput,
  ): object {
    const issues = [...issuesOf(input), ...input.onDemand.flatMap(priceIssues)];
    if (issues.length > 0) return invalidInput(issues);
    const { quantity, unitPrice } = input;
    const oneOffCost = input.oneOffCost ?? ZERO_USD;
    const utilization = input.utilization as BasisPoints;
    const onDemand = input.onDemand.map(({ name, pricePerMillionTokens, yearlyChange }) => ({
      ...{ name: readName(name, NAME_LENGTH_MAX) ?? '', pricePerMillionTokens, yearlyChange },
    }));
    const question = { quantity, unitPrice, utilization, oneOffCost, onDemand };
    const periods = TCO_MONTHS.map((months) => totalCost(question, months));
    return { __typename: 'TotalCost', periods };
  }
}

function issuesOf(input: TotalCostInput): readonly Issue[] {
  const { quantity, unitPrice, utilization, onDemand } = input;
  const most = unitPrice * quantity * HOURS_PER_MONTH * MONTHS_MAX;
  return [
    ...notNegative('unitPrice', unitPrice),
    ...notNegative('oneOffCost', input.oneOffCost ?? ZERO_USD),
    ...unless(most <= MICRO_USD_MAX, {
      field: 'quantity',
      reason: 'costs too much over 36 months',
      accepted: `unitPrice x quantity x 26280 up to ${MICRO_USD_MAX} micro-USD`,
    }),
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
  ];
}

function priceIssues(price: OnDemandPriceInput, index: number): readonly Issue[] {
  const field = `onDemand.${index}`;
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

function notNegative(field: string, value: bigint): readonly Issue[] {
  return unless(value >= 0n, { field, reason: 'is below zero', accepted: '0 or more micro-USD' });
}
