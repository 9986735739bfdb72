// An upstream without a model, as quick as a server can be: streams as many events as `user` asks for
// (`tokens=40,every=20`: every 20 ms; 0: at once). The text of each is the time it was written at: as in streams
// of real servers, nothing else differs from event to event.
import { createServer } from 'node:http';

const HEAD = '{"id":"chatcmpl-bench","object":"chat.completion.chunk","created":0,"model":"bench"';
/** One clock for all processes of a machine, in microseconds; short enough for a token. */
const stamp = () => (process.hrtime.bigint() / 1_000n).toString(36);
const event = (delta, end = 'null') =>
  `data: ${HEAD},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${end}}]}\n\n`;
const usage = (tokens) =>
  `data: ${HEAD},"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":${tokens},"total_tokens":${tokens + 10}}}\n\n`;

let open = 0;

function stream(response, { tokens, every }, hasUsage) {
  open += 1;
  response.once('close', () => (open -= 1));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write(event('{"role":"assistant","content":""}'));
  let sent = 0;
  const one = () => {
    response.write(event(`{"content":"${stamp()}"}`));
    sent += 1;
    if (sent < tokens) return true;
    response.end(`${event('{}', '"stop"')}${hasUsage ? usage(tokens) : ''}data: [DONE]\n\n`);
    return false;
  };
  if (every === 0) while (one());
  else {
    const timer = setInterval(() => one() || clearInterval(timer), every);
    response.once('close', () => clearInterval(timer));
  }
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const [, tokens, every] = (/tokens=(\d+),every=(\d+)/.exec(body.user) ?? [0, 64, 0]).map(Number);
    stream(response, { tokens, every }, body.stream_options?.include_usage === true);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
/** How many streams are open. */
process.on('message', () => process.send({ open }));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => process.exit(0));
