import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import type { TestApp } from './app.js';

export interface SocketOptions extends ClientOptions {
  /** Subprotocols; none: an empty list. */
  readonly protocols?: readonly string[];
  readonly path?: string;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: any;
}

/** A client of graphql-transport-ws as anybody could write one: it sends what it is told to. */
export class SocketClient {
  readonly closed: Promise<Closed>;
  private readonly unread: Message[] = [];
  private readonly readers: { resolve: (message: Message) => void; reject: (error: Error) => void }[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.hear(JSON.parse(String(data)) as Message));
    this.closed = new Promise((done) => {
      socket.on('close', (code, reason) => {
        for (const { reject } of this.readers.splice(0)) reject(new Error(`closed with ${code}`));
        done({ code, reason: String(reason) });
      });
    });
  }

  static async open(app: TestApp, options: SocketOptions = {}): Promise<SocketClient> {
    const client = new SocketClient(connect(app, options));
    await new Promise<void>((done, fail) => {
      client.socket.on('open', done);
      client.socket.on('unexpected-response', (_request, { statusCode }) =>
        fail(new Error(`refused with ${statusCode}`)),
      );
    });
    return client;
  }

  /** The HTTP status with which a socket is refused. */
  static refused(app: TestApp, options: SocketOptions = {}): Promise<number | undefined> {
    const socket = connect(app, options);
    socket.on('error', () => undefined);
    return new Promise((done, fail) => {
      socket.on('open', () => {
        socket.terminate();
        fail(new Error('the socket was opened'));
      });
      socket.on('unexpected-response', (request, { statusCode }) => {
        request.destroy();
        done(statusCode);
      });
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  next(): Promise<Message> {
    const message = this.unread.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => this.readers.push({ resolve, reject }));
  }

  async init(payload?: object): Promise<this> {
    this.send({ type: 'connection_init', ...(payload && { payload }) });
    expect(await this.next()).toEqual({ type: 'connection_ack' });
    return this;
  }

  ask(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** What is answered now comes after everything that was sent before. */
  async roundTrip(): Promise<void> {
    this.send({ type: 'ping' });
    expect(await this.next()).toEqual({ type: 'pong' });
  }

  async leave(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  private hear(message: Message): void {
    const reader = this.readers.shift();
    if (reader === undefined) this.unread.push(message);
    else reader.resolve(message);
  }
}

function connect(app: TestApp, options: SocketOptions): WebSocket {
  const { protocols = ['graphql-transport-ws'], path = '/graphql', ...rest } = options;
  return new WebSocket(`${app.url.replace('http', 'ws')}${path}`, [...protocols], rest);
}

/** The server's ends of connections, the newest last: a corked one is a client that reads nothing. */
export function watchServerSockets(app: TestApp): Socket[] {
  const sockets: Socket[] = [];
  app.application.getHttpServer().on('connection', (socket: Socket) => sockets.push(socket));
  return sockets;
}
