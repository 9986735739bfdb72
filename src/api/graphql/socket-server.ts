import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Principal } from '../../identity/contract.js';
import type { CancelTimer } from '../../platform/clock/timers.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import type { Live } from '../../platform/pubsub/live-limits.js';
import { sessionCookieOf, UnprovenError, type RequestAuthenticator } from '../http/request-authenticator.js';
import { GOING_AWAY, SocketConnection, type Identity } from './socket-connection.js';
import {
  addressOf,
  countedAs,
  Counts,
  ignoreUpgrade,
  isOwnOrigin,
  pathOf,
  refuseUpgrade,
  wantsWebSocket,
} from './socket-door.js';
import { operationsOn, type OperationOptions } from './socket-operations.js';

export interface SocketServerOptions extends Omit<OperationOptions, 'limits'> {
  readonly path: string;
  readonly live: Live;
  readonly settings: Pick<Settings, 'TRUST_PROXY'>;
  readonly logger: Logger;
  readonly authenticator: RequestAuthenticator;
  readonly parseCookies: (header: string) => Readonly<Record<string, string | undefined>>;
}

/** An upgrade that may not be; what is told is an HTTP answer. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

/**
 * GraphQL over WebSocket on the server that answers HTTP, by the protocol graphql-transport-ws:
 * https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export class SocketServer {
  private readonly sockets: WebSocketServer;
  private readonly protocol: Server<SocketConnection>;
  private readonly connections = new Set<SocketConnection>();
  private readonly counts: Counts;
  private socketsOpen = 0;
  private readonly timers: readonly CancelTimer[];
  private isRechecking = false;
  private isRecheckDue = false;
  private isStopping = false;

  constructor(private readonly options: SocketServerOptions) {
    const { limits, timers } = options.live;
    this.counts = new Counts(limits.connectionsPerPrincipalMax);
    this.protocol = makeServer(operationsOn({ ...options, limits }));
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.messageBytesMax,
      // Compressing costs memory for each socket, and what is sent is short.
      perMessageDeflate: false,
      clientTracking: false,
      // One that we do not speak is agreed to, so that the client can be told by 4406.
      handleProtocols: (offered) =>
        offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL)
          ? GRAPHQL_TRANSPORT_WS_PROTOCOL
          : ([...offered][0] ?? false),
    });
    this.timers = [
      timers.every(limits.recheckMs, () => void this.recheckAll()),
      timers.every(limits.keepAliveMs, () => {
        for (const connection of this.connections) connection.keepAlive();
      }),
    ];
  }

  attach(server: HttpServer): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!wantsWebSocket(request)) return ignoreUpgrade(server, request, socket, head);
      socket.on('error', () => undefined);
      this.upgrade(request, socket, head).catch((error: unknown) => {
        if (error instanceof Refusal) return refuseUpgrade(socket, error.status, error.message);
        this.options.logger.error({ err: error }, 'a socket could not be opened');
        refuseUpgrade(socket, 500, 'something went wrong on our side');
      });
    });
  }

  /** Says goodbye, and hangs up on whoever does not answer in time. */
  async stop(): Promise<void> {
    const { limits, timers } = this.options.live;
    this.isStopping = true;
    for (const cancel of this.timers) cancel();
    const open = [...this.connections];
    for (const connection of open) connection.close(GOING_AWAY, 'the server is going away');
    const cancel = timers.after(limits.closeTimeoutMs, () => {
      for (const connection of open) connection.terminate();
    });
    await Promise.all(open.map(({ ended }) => ended));
    cancel();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (pathOf(request) !== this.options.path) throw new Refusal(404, 'there is no socket here');
    this.takeSocket(socket);
    const identity = await this.identify(request);
    if (socket.destroyed) return;
    if (this.isStopping) throw new Refusal(503, 'the server is going away');
    const address = addressOf(request, this.options.settings.TRUST_PROXY);
    let who = countedAs(identity.principal, address);
    if (!this.counts.take(who)) throw new Refusal(429, 'too many connections');
    socket.once('close', () => this.counts.give(who));
    const become = (principal: Principal): boolean => {
      const next = countedAs(principal, address);
      if (next === who) return true;
      if (!this.counts.take(next)) return false;
      this.counts.give(who);
      who = next;
      return true;
    };
    this.sockets.handleUpgrade(request, socket, head, (opened) =>
      this.open(opened, identity, become),
    );
  }

  private takeSocket(socket: Duplex): void {
    if (this.isStopping) throw new Refusal(503, 'the server is going away');
    const { connectionsMax } = this.options.live.limits;
    if (this.socketsOpen >= connectionsMax) throw new Refusal(503, 'too many connections in all');
    if (socket.destroyed) return;
    this.socketsOpen += 1;
    socket.once('close', () => (this.socketsOpen -= 1));
  }

  private async identify(request: IncomingMessage): Promise<Identity> {
    const { authenticator, parseCookies, settings } = this.options;
    const { authorization, cookie = '' } = request.headers;
    const cookies = parseCookies(cookie);
    const sessionCookie = sessionCookieOf(cookies);
    if (sessionCookie !== undefined && !isOwnOrigin(request, cookies, settings.TRUST_PROXY)) {
      throw new Refusal(403, 'a session cookie counts only with an Origin that is this host');
    }
    const credentials = { authorization, sessionCookie };
    try {
      return { credentials, principal: await authenticator.prove(credentials) };
    } catch (error) {
      throw error instanceof UnprovenError ? new Refusal(503, error.message) : error;
    }
  }

  private open(
    socket: WebSocket,
    identity: Identity,
    become: (principal: Principal) => boolean,
  ): void {
    const { live, logger, authenticator } = this.options;
    const connection = new SocketConnection(socket, identity, {
      ...{ live, logger, authenticator, become },
    });
    this.connections.add(connection);
    const closed = this.protocol.opened(connection.transport, connection);
    socket.on('close', (code, reason) => {
      this.connections.delete(connection);
      closed(code, String(reason)).catch((error: unknown) => {
        logger.error({ err: error }, 'what ran on a socket could not be stopped');
      });
    });
  }

  /** One after the other, and one round at a time: proving again must not be what loads the database. */
  private async recheckAll(): Promise<void> {
    this.isRecheckDue = true;
    if (this.isRechecking) return;
    this.isRechecking = true;
    while (this.isRecheckDue && !this.isStopping) {
      this.isRecheckDue = false;
      await this.recheckRound();
    }
    this.isRechecking = false;
  }

  private async recheckRound(): Promise<void> {
    try {
      for (const connection of [...this.connections]) await connection.recheck();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'sockets could not be proven again; next time');
    }
  }
}
