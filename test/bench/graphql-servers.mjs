// One of the servers that graphql.bench.mjs measures; says its port on standard output, and
// its CPU time when asked.
import { importPeer } from './peers.mjs';

const echo = ({ text, amount }) =>
  text.length > 0
    ? { __typename: 'EchoSuccess', text, amount }
    : { __typename: 'EmptyRejection', code: 'EMPTY', message: 'nothing to echo' };

/** The product as it is started, with one more resolver in its API module. */
async function startOurs({ databaseUrl, secretKey, folder }) {
  await import('reflect-metadata');
  const { ApiModule } = await import('../../dist/api/api.module.js');
  const { readSettings } = await import('../../dist/platform/config/settings.js');
  const { createApplication } = await import('../../dist/runtime.js');
  const resolver = await echoResolver();
  const providers = Reflect.getMetadata('providers', ApiModule);
  Reflect.defineMetadata('providers', [...providers, resolver], ApiModule);
  const settings = readSettings({ DATA_DIR: folder, LOG_LEVEL: 'error', PORT: '0' });
  const application = await createApplication(settings, { databaseUrl, secretKey });
  await application.listen(0, '127.0.0.1');
  return application.getHttpServer().address().port;
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

const SCHEMA = `
  scalar IdempotencyKey
  interface Rejection { code: String! message: String! }
  type EmptyRejection implements Rejection { code: String! message: String! }
  type EchoSuccess { text: String! amount: Int! }
  union EchoResult = EchoSuccess | EmptyRejection
  input EchoInput { text: String! amount: Int! }
  type Query { alive: Boolean! }
  type Mutation { echo(idempotencyKey: IdempotencyKey!, input: EchoInput!): EchoResult! }
`;

async function startMercurius() {
  const { default: mercurius } = await importPeer('mercurius');
  const { default: fastify } = await import('fastify');
  const app = fastify();
  const resolveType = ({ __typename }) => __typename;
  const resolvers = {
    Query: { alive: () => true },
    Mutation: { echo: async (_root, { input }) => echo(input) },
    EchoResult: { resolveType },
    Rejection: { resolveType },
  };
  await app.register(mercurius, { schema: SCHEMA, resolvers });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
}

const options = JSON.parse(process.argv[2]);
const port = options.kind === 'ours' ? await startOurs(options) : await startMercurius();
console.log(JSON.stringify({ port }));
process.on('message', () => process.send(process.cpuUsage()));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => process.exit(0));
