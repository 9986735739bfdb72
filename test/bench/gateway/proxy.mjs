// The least that a proxy can do on Fastify: one request on, its answer back as it comes. Nothing is read,
// counted or bounded. Says its port on standard output.
import { pipeline } from 'node:stream';
import fastify from 'fastify';
import { Agent, request as send } from 'undici';

const { upstreamPort } = JSON.parse(process.argv[2]);
const dispatcher = new Agent({ connections: 1_024, pipelining: 1 });
const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request, body) => body);
app.post('/v1/chat/completions', async (request, reply) => {
  const { statusCode, headers, body } = await send(`http://127.0.0.1:${upstreamPort}/v1/chat/completions`, {
    ...{ method: 'POST', dispatcher, body: request.body },
    headers: { 'content-type': 'application/json' },
  });
  reply.hijack();
  reply.raw.writeHead(statusCode, { 'content-type': headers['content-type'] });
  pipeline(body, reply.raw, () => undefined);
});
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ port: app.server.address().port }));
process.on('message', () => process.send(process.cpuUsage()));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => process.exit(0));
