import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { Database } from '../../platform/database/prisma.js';
import { CustomerService } from '../application/customer.service.js';
import { PaymentMethodService, type MethodOutcome } from '../application/payment-method.service.js';
import { PaymentMethodSetupService } from '../application/payment-method-setup.service.js';
import { checkMethod } from '../model/top-up.js';
import {
  MakeDefaultPaymentMethodResult,
  PaymentMethodInput,
  RemovePaymentMethodResult,
  SavedPaymentMethodConnection,
  SetUpPaymentMethodInput,
  SetUpPaymentMethodResult,
  type SavedPaymentMethodType,
} from './payment-method.types.js';

@Resolver()
export class PaymentMethodResolver {
  constructor(
    private readonly methods: PaymentMethodService,
    private readonly setups: PaymentMethodSetupService,
    private readonly customers: CustomerService,
    private readonly database: Database,
  ) {}

  @Query(() => SavedPaymentMethodConnection, { description: 'Your saved payment methods, newest first; those that were removed are not there.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async paymentMethods(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<SavedPaymentMethodType>> {
    const page = readPage(pageArguments, 2);
    const customer = await this.customers.find(organizationId);
    const rows = await this.database.savedPaymentMethod.findMany({
      where: { organizationId, status: { not: 'removed' }, ...(page.after && { OR: older(page.after) }) },
      orderBy: [{ createdAt: 'desc' }, { paymentMethodId: 'desc' }],
      take: page.first + 1,
    });
    const show = (row: (typeof rows)[number]): SavedPaymentMethodType => ({
      ...row,
      isDefault: row.paymentMethodId === customer?.defaultMethod,
    });
    return toConnection(rows, page, show, ({ createdAt, paymentMethodId }) => [
      createdAt.toISOString(),
      paymentMethodId,
    ]);
  }

  @Mutation(() => SetUpPaymentMethodResult, { description: 'Saves a payment method for later, with the payer’s consent.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async setUpPaymentMethod(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What is to be saved.' }) input: SetUpPaymentMethodInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const paymentMethod = input.paymentMethodId ?? null;
    const issues = paymentMethod === null ? [] : checkMethod(paymentMethod, 'paymentMethodId');
    if (issues.length > 0) return invalidInput(issues);
    const { setup, clientSecret } = await this.setups.start(caller, paymentMethod, idempotencyKey);
    const { setupId, status, failureCode } = setup;
    if (status !== 'failed') return { __typename: 'SetUpPaymentMethodSuccess', setup, clientSecret };
    const reason = failureCode ?? 'declined';
    const message = `the payment method was declined: ${reason}; use another and a new key`;
    const declined = { code: 'PAYMENT_METHOD_DECLINED', message, setupId, reason };
    return { __typename: 'PaymentMethodDeclinedRejection', ...declined };
  }

  @Mutation(() => MakeDefaultPaymentMethodResult, { description: 'Says which payment method is offered first.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async makeDefaultPaymentMethod(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { paymentMethodId }: PaymentMethodInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.methods.makeDefault(caller, paymentMethodId, idempotencyKey);
    return this.show('MakeDefaultPaymentMethodSuccess', caller, outcome);
  }

  @Mutation(() => RemovePaymentMethodResult, { description: 'Removes a saved payment method: it is never charged again.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async removePaymentMethod(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { paymentMethodId }: PaymentMethodInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.methods.remove(caller, paymentMethodId, idempotencyKey);
    return this.show('RemovePaymentMethodSuccess', caller, outcome);
  }

  private async show(
    __typename: string,
    { organizationId }: AuthenticatedPrincipal,
    outcome: MethodOutcome,
  ): Promise<object> {
    if (outcome.kind === 'not-found') {
      return notFound('paymentMethodId', 'your organization has saved no such payment method');
    }
    const customer = await this.customers.find(organizationId);
    const { method } = outcome;
    const isDefault = method.paymentMethodId === customer?.defaultMethod;
    return { __typename, paymentMethod: { ...method, isDefault } };
  }
}

function older(after: readonly string[]): object[] {
  const [at = '', paymentMethodId = ''] = after;
  const createdAt = readInstantKey(at);
  return [{ createdAt: { lt: createdAt } }, { createdAt, paymentMethodId: { lt: paymentMethodId } }];
}
