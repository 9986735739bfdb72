import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A customer's own server: keeps what it gets, and answers as it is told. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Of the next answers; then 200. `cut` breaks the connection instead, `none` is as long under way as whoever asks waits. */
  readonly answers: (number | 'cut' | 'none')[] = [];

  private constructor(
    private server: Server,
    private readonly port: number,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new WebhookReceiver(server, (server.address() as AddressInfo).port);
    receiver.serve();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  /** Those of one kind. */
  of(kind: string): readonly Received[] {
    return this.received.filter(({ headers }) => headers['headroom-event-type'] === kind);
  }

  async kill(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** On the same port, so that the endpoint stays the same. */
  async revive(): Promise<void> {
    this.server = createServer();
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.serve();
  }

  private serve(): void {
    this.server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { headers, url: path = '' } = request;
        this.received.push({ path, headers, body: Buffer.concat(parts).toString('utf8') });
        const answer = this.answers.shift() ?? 200;
        if (answer === 'cut') return void request.socket.destroy();
        if (answer === 'none') return;
        response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('whatever it says is kept by nobody');
      });
    });
  }
}
