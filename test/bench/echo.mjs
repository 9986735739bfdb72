// One mutation more for the product under load: it answers with what it was given.

export const echo = ({ text, amount }) =>
  text.length > 0
    ? { __typename: 'EchoSuccess', text, amount }
    : { __typename: 'EmptyRejection', code: 'EMPTY', message: 'nothing to echo' };

/** Before the application is made: its API module gets one more resolver. */
export async function addEcho() {
  await import('reflect-metadata');
  const { ApiModule } = await import('../../dist/api/api.module.js');
  const providers = Reflect.getMetadata('providers', ApiModule);
  Reflect.defineMetadata('providers', [...providers, await echoResolver()], ApiModule);
}

/** Decorators as calls: this file is not compiled. */
async function echoResolver() {
  const { Args, Field, InputType, Int, Mutation, ObjectType, Resolver, createUnionType } =
    await import('@nestjs/graphql');
  const { AllowAnyone } = await import('../../dist/api/graphql/access.js');
  const { IdempotencyKey } = await import('../../dist/api/graphql/idempotency-key.js');
  const { Rejection } = await import('../../dist/api/graphql/rejection.js');
  class EchoInput {}
  class EchoSuccess {}
  for (const type of [EchoInput, EchoSuccess]) {
    Field(() => String)(type.prototype, 'text');
    Field(() => Int)(type.prototype, 'amount');
  }
  InputType('EchoInput')(EchoInput);
  ObjectType('EchoSuccess')(EchoSuccess);
  class EmptyRejection extends Rejection {}
  ObjectType('EmptyRejection', { implements: () => [Rejection] })(EmptyRejection);
  const EchoResult = createUnionType({
    name: 'EchoResult',
    types: () => [EchoSuccess, EmptyRejection],
    resolveType: ({ __typename }) => __typename,
  });
  class EchoResolver {
    async echo(_idempotencyKey, input) {
      return echo(input);
    }
  }
  const { prototype } = EchoResolver;
  const method = Object.getOwnPropertyDescriptor(prototype, 'echo');
  Reflect.defineMetadata('design:paramtypes', [String, EchoInput], prototype, 'echo');
  IdempotencyKey()(prototype, 'echo', 0);
  Args('input', { type: () => EchoInput })(prototype, 'echo', 1);
  Mutation(() => EchoResult)(prototype, 'echo', method);
  AllowAnyone()(prototype, 'echo', method);
  Resolver()(EchoResolver);
  return EchoResolver;
}
