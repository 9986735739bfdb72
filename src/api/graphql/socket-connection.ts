import { isDeepStrictEqual } from 'node:util';
import { CloseCode, type WebSocket as ProtocolSocket } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ANONYMOUS, type Credentials, type Principal } from '../../identity/contract.js';
import type { CancelTimer } from '../../platform/clock/timers.js';
import type { Logger } from '../../platform/logging/logger.js';
import type { Live } from '../../platform/pubsub/live-limits.js';
import type { RequestAuthenticator } from '../http/request-authenticator.js';

/** Whom a socket speaks for, and what proves it. */
export interface Identity {
  readonly credentials: Credentials;
  readonly principal: Principal;
}

export interface ConnectionOptions {
  readonly live: Live;
  readonly logger: Logger;
  readonly authenticator: RequestAuthenticator;
  /** The socket speaks for somebody else from now on; false when that one has too many. */
  readonly become: (principal: Principal) => boolean;
}

/** Codes of RFC 6455 and its registry. */
export const GOING_AWAY = 1001;
const INTERNAL = 1011;
const TRY_AGAIN_LATER = 1013;

const INVALID_MESSAGE = 'Invalid message received';
const ENDED = 'the session or key has ended, or what it may do has changed: connect again';

/** One client's socket: what it may still do, and how much may wait for it. */
export class SocketConnection {
  private readonly cancelInitTimeout: CancelTimer;
  /** Messages are checked in the order in which they came. */
  private checked: Promise<unknown> = Promise.resolve();
  private isAnswering = true;
  readonly ended: Promise<void>;

  constructor(
    private readonly socket: WebSocket,
    private identity: Identity,
    private readonly options: ConnectionOptions,
  ) {
    const { limits, timers } = options.live;
    this.cancelInitTimeout = timers.after(limits.initTimeoutMs, () =>
      this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
    );
    this.ended = new Promise((done) => socket.on('close', () => done()));
    void this.ended.then(this.cancelInitTimeout);
    // Whatever a client sends wrong, `ws` has answered with the close code for it.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.isAnswering = true));
    socket.on('ping', () => this.endWhenFull());
  }

  get principal(): Principal {
    return this.identity.principal;
  }

  /** The socket as the protocol's implementation sees it. */
  get transport(): ProtocolSocket {
    return {
      protocol: this.socket.protocol,
      send: (data) => this.send(data),
      close: (code = INTERNAL, reason = '') => this.close(code, reason),
      onMessage: (handle) => {
        this.socket.on('message', (data, isBinary) => {
          if (isBinary) this.close(CloseCode.BadRequest, INVALID_MESSAGE);
          else void this.receive(String(data), handle);
        });
      },
    };
  }

  /**
   * `connection_init`: a key in its payload goes before what the upgrade brought. False when there is a
   * key that proves nothing: whoever sends one means it.
   */
  async initialise(params: Readonly<Record<string, unknown>> | undefined): Promise<boolean> {
    this.cancelInitTimeout();
    const given = params !== undefined && Object.hasOwn(params, 'authorization');
    if (given) return this.authorize(params['authorization']);
    const { credentials, principal } = this.identity;
    return credentials.authorization === undefined || principal.kind !== 'anonymous';
  }

  /** Closes the socket unless its credentials still prove what they did; answers whether they do. */
  async recheck(): Promise<boolean> {
    const { credentials, principal } = this.identity;
    if (principal.kind === 'anonymous' || !this.isOpen) return this.isOpen;
    const now = await this.options.authenticator.recheck(credentials);
    if (isDeepStrictEqual(now, principal)) return this.isOpen;
    this.close(CloseCode.Forbidden, ENDED);
    return false;
  }

  /** Pings; ends the socket when the ping before was not answered. */
  keepAlive(): void {
    if (!this.isAnswering) {
      this.socket.terminate();
      return;
    }
    this.isAnswering = false;
    if (this.isOpen) this.socket.ping();
  }

  close(code: number, reason: string): void {
    if (this.isOpen) this.socket.close(code, reason);
  }

  /** For who has left without saying so. */
  terminate(): void {
    this.socket.terminate();
  }

  private get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  private async authorize(authorization: unknown): Promise<boolean> {
    if (typeof authorization !== 'string') return false;
    const credentials = { authorization, sessionCookie: undefined };
    const principal = await this.options.authenticator.prove(credentials);
    if (principal === ANONYMOUS || !this.isOpen) return false;
    if (!this.options.become(principal)) {
      this.close(TRY_AGAIN_LATER, 'too many connections');
      return false;
    }
    this.identity = { credentials, principal };
    return true;
  }

  private async receive(data: string, handle: (data: string) => Promise<void>): Promise<void> {
    try {
      if (await this.mayGoOn()) await handle(data);
    } catch (error) {
      if (isOfNoUse(error)) return this.close(CloseCode.BadRequest, INVALID_MESSAGE);
      this.options.logger.error({ err: error }, 'a message on a socket could not be handled');
      this.close(INTERNAL, 'something went wrong on our side');
    }
  }

  /** Reads no further while credentials are proven, so that nothing piles up behind a slow database. */
  private mayGoOn(): Promise<boolean> {
    this.socket.pause();
    const allowed = this.checked.then(() => this.recheck());
    this.checked = allowed.catch(() => undefined).then(() => this.socket.resume());
    return allowed;
  }

  /** Resolves when the message has left this process, so that whoever produces waits. */
  private send(data: string): Promise<void> {
    if (!this.isOpen || this.endWhenFull()) return Promise.resolve();
    return new Promise((done) => this.socket.send(data, () => done()));
  }

  /** The reason stands behind what waits already: a client that never reads is cut off a moment later. */
  private endWhenFull(): boolean {
    const { limits, timers } = this.options.live;
    const { bufferedBytesMax, closeTimeoutMs } = limits;
    if (!this.isOpen || this.socket.bufferedAmount <= bufferedBytesMax) return false;
    this.options.logger.info({ bufferedBytesMax }, 'a socket whose client does not read was ended');
    this.close(TRY_AGAIN_LATER, `more than ${bufferedBytesMax} bytes waited for this client: connect again, and read faster`);
    const cancel = timers.after(closeTimeoutMs, () => this.socket.terminate());
    void this.ended.then(cancel);
    return true;
  }
}

/** A message of the server's kind, or one nested beyond the stack. */
function isOfNoUse(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  return error instanceof Error && error.message.startsWith('Unexpected message of type');
}
