import { Args, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone } from '../../api/graphql/access.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { MICRO_USD_MAX } from '../../kernel/money.js';
import { roundTheClock } from '../model/tco.js';
import { isTellable, notNegative, readUse, showTotalCost, useIssues } from './tco.reading.js';
import { TotalCostInput, TotalCostResult } from './tco.types.js';

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
    const question = readUse(roundTheClock(input.quantity, input.unitPrice), input);
    const issues = [...notNegative('unitPrice', input.unitPrice), ...tooMuch(question), ...useIssues(input)];
    if (issues.length > 0) return invalidInput(issues);
    return { __typename: 'TotalCost', ...showTotalCost(question) };
  }
}

function tooMuch(question: ReturnType<typeof readUse>): readonly Issue[] {
  return unless(isTellable(question), {
    field: 'quantity',
    reason: 'costs too much over 36 months',
    accepted: `unitPrice x quantity x 26280, and oneOffCost, up to ${MICRO_USD_MAX} micro-USD`,
  });
}
