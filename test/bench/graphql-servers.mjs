// One of the servers that graphql.bench.mjs measures; says its port on standard output, and
// its CPU time when asked.
import { addEcho, echo } from './echo.mjs';
import { importPeer } from './peers.mjs';

/** The product as it is started, with one more resolver in its API module. */
async function startOurs({ databaseUrl, secretKey, folder }) {
  await import('reflect-metadata');
  const { readSettings } = await import('../../dist/platform/config/settings.js');
  const { createApplication } = await import('../../dist/runtime.js');
  await addEcho();
  const settings = readSettings({ DATA_DIR: folder, LOG_LEVEL: 'error', PORT: '0' });
  const application = await createApplication(settings, { databaseUrl, secretKey });
  await application.listen(0, '127.0.0.1');
  return application.getHttpServer().address().port;
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
