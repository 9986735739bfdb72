import { Inject } from '@nestjs/common';
import { Args, Field, ID, InputType, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { unless } from '../../kernel/issue.js';
import { CheckoutService } from '../application/checkout.service.js';
import { RETURN_PATH } from './return-path.js';

@InputType({ description: 'Where Stripe’s page sends the payer back to.' })
export class StartCardCheckoutInput {
  @Field({
    description: 'A path of this product; `checkout=done` or `checkout=canceled` is added to it.',
    defaultValue: '/app/finance/payment-methods',
  })
  returnPath!: string;
}

@ObjectType({ description: 'Stripe has a page for the payer; a card that is given there is saved, and told of by Stripe.' })
export class StartCardCheckoutSuccess {
  @Field(() => ID, { description: 'The setup that it is.' })
  setupId!: string;

  @Field(() => String, { nullable: true, description: 'Stripe’s page, for a day. Null while Stripe does not answer: ask again with the same key.' })
  url!: string | null;
}

const StartCardCheckoutResult = resultUnion('startCardCheckout', [StartCardCheckoutSuccess, ValidationRejection]);

/** The way to Stripe's own page for cards. */
@Resolver()
export class CheckoutResolver {
  constructor(@Inject(CheckoutService) private readonly checkout: CheckoutService) {}

  @Mutation(() => StartCardCheckoutResult, { description: 'Gives a page of Stripe’s on which a card is saved: its number never comes here.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async startCardCheckout(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Where to come back to.' }) { returnPath }: StartCardCheckoutInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = unless(RETURN_PATH.test(returnPath), {
      ...{ field: 'returnPath', reason: 'is no path of this product', accepted: 'such as /app/finance/payment-methods' },
    });
    if (issues.length > 0) return invalidInput(issues);
    return { __typename: 'StartCardCheckoutSuccess', ...(await this.checkout.start(caller, returnPath, idempotencyKey)) };
  }
}
