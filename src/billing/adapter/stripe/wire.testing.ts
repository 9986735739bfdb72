import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { stripeDescription } from './stand-in/description.js';
import type { StripeStandIn } from './stand-in/stand-in.server.js';
import type { Parameter } from './tampering.testing.js';

interface Answered {
  readonly status: number;
  readonly body: string;
}

/** What becomes of the parameters of an operation on their way. */
interface Tampering {
  readonly operation: string;
  readonly how: (given: readonly Parameter[]) => readonly Parameter[];
}

/** Between the SDK and the stand-in: looks at what is sent, and changes it. */
export class Wire {
  /** Each request that went over the wire. */
  seen: { readonly operation: string; readonly parameters: readonly Parameter[] }[] = [];
  /** Null: nothing is changed. */
  tampering: Tampering | null = null;

  private constructor(
    private readonly standIn: StripeStandIn,
    private readonly server: Server,
  ) {}

  static async before(standIn: StripeStandIn): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(standIn, server);
    server.on('request', (request, response) => {
      void wire.passOn(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async passOn(request: IncomingMessage): Promise<Answered> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.standIn.url);
    const { method = 'GET' } = request;
    const given = [...searchParams, ...new URLSearchParams(await text(request))];
    const operation = operationOf(method, pathname);
    this.seen.push({ operation, parameters: given });
    const sent = this.tampering?.operation === operation ? this.tampering.how(given) : given;
    const form = new URLSearchParams(sent.map(([name, value]): [string, string] => [name, value])).toString();
    const headers = Object.entries(request.headers).filter(([name]) => !['host', 'content-length', 'connection'].includes(name));
    const response = await fetch(`${this.standIn.url}${pathname}${method === 'GET' ? `?${form}` : ''}`, {
      method,
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(method === 'GET' ? {} : { body: form }),
    });
    return { status: response.status, body: await response.text() };
  }
}

function operationOf(method: string, path: string): string {
  const route = stripeDescription().routes.find((one) => {
    const pattern = new RegExp(`^${one.path.replace(':id', '[^/]+')}$`);
    return one.method === method && pattern.test(path);
  });
  return route?.operation ?? `${method} ${path}`;
}
