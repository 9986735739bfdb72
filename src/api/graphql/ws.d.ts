/**
 * What we use of `ws` (https://github.com/websockets/ws/blob/8.22.0/doc/ws.md): the package has no
 * types of its own.
 */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { ClientRequest, IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export interface ClientOptions {
    readonly origin?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly autoPong?: boolean;
  }

  export class WebSocket extends EventEmitter {
    static readonly OPEN: 1;
    constructor(url: string, protocols?: string | readonly string[], options?: ClientOptions);
    readonly protocol: string;
    readonly readyState: 0 | 1 | 2 | 3;
    readonly bufferedAmount: number;
    send(data: string | Buffer, sent?: (error?: Error) => void): void;
    close(code?: number, reason?: string): void;
    ping(): void;
    pause(): void;
    resume(): void;
    terminate(): void;
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
    on(event: 'close', listener: (code: number, reason: Buffer) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'open' | 'ping' | 'pong', listener: () => void): this;
    on(
      event: 'unexpected-response',
      listener: (request: ClientRequest, response: IncomingMessage) => void,
    ): this;
  }

  export interface ServerOptions {
    readonly noServer: true;
    readonly maxPayload: number;
    readonly perMessageDeflate: false;
    readonly clientTracking: boolean;
    readonly handleProtocols: (protocols: Set<string>) => string | false;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: ServerOptions);
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      upgraded: (socket: WebSocket) => void,
    ): void;
    on(
      event: 'wsClientError',
      listener: (error: Error, socket: Duplex, request: IncomingMessage) => void,
    ): this;
  }
}
