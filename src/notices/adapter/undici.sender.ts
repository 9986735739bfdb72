import type { OnApplicationShutdown } from '@nestjs/common';
import { Agent, request as send } from 'undici';
import { assertReachable, ForbiddenAddressError, guardedLookup } from '../../platform/network/address.guard.js';
import { WebhookSender, type SendFailure, type SendOutcome } from '../application/webhook-sender.js';

export interface SenderSettings {
  readonly isLoopbackAllowed: boolean;
  /** For connection and answer together. */
  readonly timeoutMs: number;
}

/** At most so many connections to one receiver. */
const CONNECTIONS = 4;
const KEEP_ALIVE_MS = 4_000;
const HEADER_BYTES_MAX = 16_384;
/** What is read of an answer, so that its connection can be used again; a longer one is cut. */
const ANSWER_BYTES_MAX = 16_384;

/** Redirects are not followed, since nobody checked where to; what the receiver writes is thrown away. */
export class UndiciSender extends WebhookSender implements OnApplicationShutdown {
  private readonly agent: Agent;
  private readonly closing = new AbortController();

  constructor(private readonly settings: SenderSettings) {
    super();
    const { isLoopbackAllowed, timeoutMs } = settings;
    this.agent = new Agent({
      connect: { lookup: guardedLookup(isLoopbackAllowed), timeout: timeoutMs },
      connections: CONNECTIONS,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  async post({ url, body, headers }: Parameters<WebhookSender['post']>[0]): Promise<SendOutcome> {
    const timeout = AbortSignal.timeout(this.settings.timeoutMs);
    const signal = AbortSignal.any([timeout, this.closing.signal]);
    try {
      assertReachable(new URL(url).hostname, this.settings.isLoopbackAllowed);
      const answer = await send(url, { method: 'POST', dispatcher: this.agent, signal, body, headers: { ...headers } });
      // Its status is the answer: what comes after it, and whether all of it does, changes nothing.
      await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => undefined);
      return { kind: 'answered', status: answer.statusCode };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error, timeout) };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.agent.destroy();
  }
}

function failureOf(error: unknown, timeout: AbortSignal): SendFailure {
  if (isForbidden(error)) return 'REFUSED_ADDRESS';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return timeout.aborted || code.endsWith('_TIMEOUT') ? 'TIMED_OUT' : 'UNREACHABLE';
}

function isForbidden(error: unknown): boolean {
  if (error instanceof ForbiddenAddressError) return true;
  return error instanceof Error && error.cause !== undefined && isForbidden(error.cause);
}
