import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Agent, request as send } from 'undici';
import { readBytes } from '../application/attempt.js';
import {
  UnreachableError,
  Upstream,
  type UpstreamRequest,
  type UpstreamResponse,
} from '../application/upstream.js';
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

/**
 * Connections that are kept open and used again. Redirects are not followed, since nobody checked where to.
 * Time limits are the caller's: it alone knows what a token is.
 */
export class UndiciUpstream extends Upstream implements OnApplicationShutdown {
  private readonly agent: Agent;
  /** URLs that may be called as they are: what a URL says does not change. */
  private readonly reachable = new LRUCache<string, true>({ max: REACHABLE_MAX });

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
      const target = await this.targetOf(url);
      const { statusCode, headers, body: answer } = await send(target, {
        method: 'POST',
        dispatcher: this.agent,
        signal,
        body,
        headers: {
          'content-type': 'application/json',
          accept: isStream ? 'text/event-stream' : 'application/json',
          'accept-encoding': 'identity',
          'user-agent': USER_AGENT,
          ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
        },
      });
      const [contentType = ''] = [headers['content-type']].flat();
      const isSimulated = headers['x-simulated'] === 'true';
      return { status: statusCode, contentType, isSimulated, body: answer };
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
      const target = await this.targetOf(url);
      const headers = { 'accept-encoding': 'identity', 'user-agent': USER_AGENT };
      const { statusCode, body } = await send(target, { dispatcher: this.agent, signal, headers });
      const bytes = await readBytes(body, bytesMax);
      return statusCode !== 200 || bytes === null ? null : new TextDecoder().decode(bytes);
    } catch {
      return null;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async targetOf(url: string): Promise<string> {
    if (this.reachable.has(url)) return url;
    const { simulator } = this.settings;
    const { hostname, pathname } = new URL(url);
    if (simulator === null || !RESERVED_NAME.test(hostname)) {
      assertReachable(hostname, this.settings.isLoopbackAllowed);
      this.reachable.set(url, true);
      return url;
    }
    const simulated = new URL(await simulator());
    return `${simulated.origin}${pathname}`;
  }
}
