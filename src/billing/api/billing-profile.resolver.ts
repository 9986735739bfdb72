import { Args, Field, InputType, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { Issue } from '../../kernel/issue.js';
import { PartyService } from '../application/documents/party.service.js';

@ObjectType('BillingProfile', { description: 'Who is billed, as documents say it.' })
class BillingProfileType {
  @Field({ description: 'Name of the company, as it is registered.' })
  legalName!: string;

  @Field({ description: 'Street and number.' })
  street!: string;

  @Field({ description: 'Postal code.' })
  postalCode!: string;

  @Field({ description: 'City.' })
  city!: string;

  @Field({ description: 'ISO 3166-1, two letters.' })
  country!: string;

  @Field(() => String, { nullable: true, description: 'VAT identifier or tax number.' })
  taxId!: string | null;

  @Field({ description: 'Where bills are sent.' })
  email!: string;

  @Field({ description: 'Language and country, such as de-DE: how documents are written.' })
  locale!: string;
}

@InputType({ description: 'Who is billed. It is on documents from then on.' })
class SetBillingProfileInput {
  @Field({ description: 'Name of the company, as it is registered.' })
  legalName!: string;

  @Field({ description: 'Street and number.' })
  street!: string;

  @Field({ description: 'Postal code.' })
  postalCode!: string;

  @Field({ description: 'City.' })
  city!: string;

  @Field({ description: 'ISO 3166-1, two letters.' })
  country!: string;

  @Field(() => String, { nullable: true, description: 'VAT identifier or tax number.' })
  taxId?: string | null;

  @Field({ description: 'Where bills are sent.' })
  email!: string;

  @Field({ description: 'en, de or fr with a country, such as de-DE.' })
  locale!: string;
}

@ObjectType({ description: 'Documents that are issued from now on say so.' })
class SetBillingProfileSuccess {
  @Field(() => BillingProfileType, { description: 'The profile.' })
  profile!: BillingProfileType;
}

const SetBillingProfileResult = resultUnion('setBillingProfile', [
  SetBillingProfileSuccess,
  ValidationRejection,
]);

@Resolver()
export class BillingProfileResolver {
  constructor(private readonly parties: PartyService) {}

  @Query(() => BillingProfileType, {
    nullable: true,
    description: 'Who is billed, as your documents say it; null until you say so.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  billingProfile(@Caller() { organizationId }: AuthenticatedPrincipal): Promise<BillingProfileType | null> {
    return this.parties.profile(organizationId);
  }

  @Mutation(() => SetBillingProfileResult, { description: 'Says who is billed, and in which language.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async setBillingProfile(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'All of it.' }) input: SetBillingProfileInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const profile = profileOf(input);
    return answerOf(await this.parties.setProfile(caller, profile, idempotencyKey), profile);
  }

  @Query(() => BillingProfileType, {
    nullable: true,
    description: 'Whom invoices are from: who runs the exchange; null until somebody says so.',
  })
  @AllowPlatformAdmins()
  exchangeProfile(): Promise<BillingProfileType | null> {
    return this.parties.exchangeProfile();
  }

  @Mutation(() => SetBillingProfileResult, {
    description: 'Says whom invoices are from: who runs the exchange. Without its address there are no e-invoices.',
  })
  @AllowPlatformAdmins()
  async setExchangeProfile(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'All of it.' }) input: SetBillingProfileInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const profile = profileOf(input);
    return answerOf(await this.parties.setExchangeProfile(caller, profile, idempotencyKey), profile);
  }
}

const profileOf = (input: SetBillingProfileInput): BillingProfileType => ({ ...input, taxId: input.taxId ?? null });

function answerOf(issues: readonly Issue[], profile: BillingProfileType): object {
  return issues.length > 0 ? invalidInput(issues) : { __typename: 'SetBillingProfileSuccess', profile };
}
