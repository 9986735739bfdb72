import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { SmtpTransport } from '../../src/notices/adapter/nodemailer.transport.js';
import { UndiciSender } from '../../src/notices/adapter/undici.sender.js';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A mail server that answers commands by their verb; keeps what it is told. */
async function mailServer(answers: Readonly<Record<string, string>> = {}): Promise<{ readonly url: string; readonly lines: string[] }> {
  const lines: string[] = [];
  const server = createServer((socket) => {
    let isData = false;
    let rest = '';
    socket.write('220 ready\r\n');
    socket.on('data', (bytes) => {
      const parts = `${rest}${bytes.toString('utf8')}`.split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        if (isData && line !== '.') continue;
        const verb = isData ? '.' : (line.split(' ')[0] ?? '').toUpperCase();
        isData = verb === 'DATA' && answers['DATA'] === undefined;
        socket.write(`${answers[verb] ?? (isData ? '354 go on' : '250 ok')}\r\n`);
      }
    });
    socket.on('error', () => undefined);
  });
  return { url: `smtp://127.0.0.1:${await listen(server)}`, lines };
}

const MAIL = {
  ...{ messageId: '0198', subject: 'Rechnung ü', text: 'text\n', html: '<p>html</p>' },
  to: { name: 'Evil" <x@y.z>', address: 'someone@example.com' },
};
const FROM = 'Headroom <headroom@example.com>';

describe('a mail server', () => {
  it('takes a message to one address, with an id that says when it comes twice', async () => {
    const { url, lines } = await mailServer();
    expect(await new SmtpTransport(url, FROM).send(MAIL)).toEqual({ kind: 'sent' });
    expect(lines.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<someone@example.com>']);
    expect(lines).toContain('Message-ID: <0198@example.com>');
    expect(lines).toContain('Auto-Submitted: auto-generated');
  });

  it.each([
    ['550 someone@example.com is nobody', { kind: 'failed', failure: 'SMTP 550', isFinal: true }],
    ['451 someone@example.com later', { kind: 'failed', failure: 'SMTP 451', isFinal: false }],
  ])('that says %s is told by its code alone', async (answer, outcome) => {
    const { url } = await mailServer({ RCPT: answer });
    expect(await new SmtpTransport(url, FROM).send(MAIL)).toEqual(outcome);
  });

  it('that is not there is asked again', async () => {
    expect(await new SmtpTransport('smtp://127.0.0.1:1', FROM).send(MAIL)).toMatchObject({ kind: 'failed', isFinal: false });
  });
});

describe('a webhook', () => {
  const post = async (listener: RequestListener, host = '127.0.0.1', isLoopbackAllowed = true): Promise<unknown> => {
    const port = await listen(createHttpServer(listener));
    const sender = new UndiciSender({ isLoopbackAllowed, timeoutMs: 1_000 });
    open.push(() => sender.onApplicationShutdown());
    return sender.post({ url: `http://${host}:${port}/`, body: '{}', headers: { 'content-type': 'application/json' } });
  };

  it('has the status of its answer, whatever else is in it', async () => {
    const endless: RequestListener = (_request, response) => {
      response.writeHead(202);
      response.write('x'.repeat(100_000));
    };
    expect(await post(endless)).toEqual({ kind: 'answered', status: 202 });
  });

  it('goes where no redirect leads', async () => {
    let asked = 0;
    const moving: RequestListener = (_request, response) => {
      asked += 1;
      response.writeHead(307, { location: '/again' }).end();
    };
    expect(await post(moving)).toEqual({ kind: 'answered', status: 307 });
    expect(asked).toBe(1);
  });

  it('waits for no answer that does not come', async () => {
    expect(await post(() => undefined)).toEqual({ kind: 'failed', failure: 'TIMED_OUT' });
  });

  it.each(['127.0.0.1', 'localhost'])('is not sent to %s unless that is allowed', async (host) => {
    const refused = { kind: 'failed', failure: 'REFUSED_ADDRESS' };
    expect(await post((_request, response) => void response.end(), host, false)).toEqual(refused);
  });
});
