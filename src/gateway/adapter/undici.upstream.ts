import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Agent, type Dispatcher } from 'undici';
import { readBytes } from '../application/attempt.js';
import {
  UnreachableError,
  Upstream,
  type UpstreamRequest,
  type UpstreamResponse,
} from '../application/upstream.js';
import { UpstreamAnswer } from './upstream.answer.js';
import { assertReachable, guardedLookup } from '../../platform/network/address.guard.js';

export interface UpstreamSettings {
  readonly isLoopbackAllowed: boolean;
  readonly connectMs: number;
  /** Where hosts go that by their name cannot exist; null: they are called like any other. */
  readonly simulator: (() => Promise<string>) | null;
}

/** Names that are kept free for examples and tests: https://www.rfc-editor.org/rfc/rfc2606. */
const RESERVED_NAME = /(^|\.)(example|example\.(com|net|org)|test|invalid)$/;

/** At most so many connections to one upstream; more requests wait for one. */
const CONNECTIONS = 1_024;
const REACHABLE_MAX = 10_000;
const KEEP_ALIVE_MS = 30_000;
const HEADER_BYTES_MAX = 16_384;
const USER_AGENT = 'headroom-gateway';

/** Where a URL leads. */
type Target = Pick<Dispatcher.DispatchOptions, 'path'> & { readonly origin: string };

/**
 * Connections that are kept open and used again. Redirects are not followed, since nobody checked where to.
 * Time limits are the caller's: it alone knows what a token is.
 */
export class UndiciUpstream extends Upstream implements OnApplicationShutdown {
  private readonly agent: Agent;
  /** URLs that may be called as they are: what a URL says does not change. */
  private readonly reachable = new LRUCache<string, Target>({ max: REACHABLE_MAX });

  constructor(private readonly settings: UpstreamSettings) {
    super();
    const { connectMs, isLoopbackAllowed } = settings;
    this.agent = new Agent({
      connect: { lookup: guardedLookup(isLoopbackAllowed), timeout: connectMs },
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async send({ url, credential, body, isStream, signal }: UpstreamRequest): Promise<UpstreamResponse> {
    try {
      const answer = await this.dispatch(url, signal, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          accept: isStream ? 'text/event-stream' : 'application/json',
          'accept-encoding': 'identity',
          'user-agent': USER_AGENT,
          ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
        },
      });
      const { status, headers } = await answer.head;
      const [contentType = ''] = [headers['content-type']].flat();
      const isSimulated = headers['x-simulated'] === 'true';
      return { status, contentType, isSimulated, body: answer };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // What went wrong below may name addresses inside: it is kept as the cause and not told.
      throw new UnreachableError('the upstream could not be reached', { cause: error });
    }
  }

  async read(
    url: string,
    { bytesMax, signal }: { readonly bytesMax: number; readonly signal: AbortSignal },
  ): Promise<string | null> {
    try {
      const headers = { 'accept-encoding': 'identity', 'user-agent': USER_AGENT };
      const answer = await this.dispatch(url, signal, { method: 'GET', headers });
      const { status } = await answer.head;
      const bytes = await readBytes(answer, bytesMax);
      return status !== 200 || bytes === null ? null : new TextDecoder().decode(bytes);
    } catch {
      return null;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async dispatch(
    url: string,
    signal: AbortSignal,
    request: Omit<Dispatcher.DispatchOptions, 'origin' | 'path'>,
  ): Promise<UpstreamAnswer> {
    const target = this.reachable.get(url) ?? (await this.targetOf(url));
    signal.throwIfAborted();
    const answer = new UpstreamAnswer(signal);
    this.agent.dispatch({ ...target, ...request }, answer);
    return answer;
  }

  private async targetOf(url: string): Promise<Target> {
    const { simulator } = this.settings;
    const { hostname, origin, pathname, search } = new URL(url);
    if (simulator === null || !RESERVED_NAME.test(hostname)) {
      assertReachable(hostname, this.settings.isLoopbackAllowed);
      const target = { origin, path: `${pathname}${search}` };
      this.reachable.set(url, target);
      return target;
    }
    const simulated = new URL(await simulator());
    return { origin: simulated.origin, path: pathname };
  }
}
