import type { MarketOutcome } from '../../src/allocation/application/market.service.js';
import { IdempotencyMismatchError, StreamBusyError } from '../../src/eventstore/stream-errors.js';
import { idInMarket, type ReservationId } from '../../src/kernel/ids.js';
import { causeOf } from './log-auditor.js';
import type { MarketProcess } from './market-process.js';
import { ConnectionLostError } from './network.js';
import { toCommand, type Content, type Request } from './requests.js';
import { demand } from './violation.js';

interface Attempts {
  readonly request: Request;
  /** Other contents that were sent under the same key. */
  readonly tampered: Request[];
  /** Contents that were refused because the key belongs to another one. */
  readonly mismatched: Set<Request>;
  /** Which of the contents was answered: from then on the key belongs to it. */
  winner: Request | null;
}

interface Asked {
  /** What this attempt calls that which it makes, if it is the one that makes it. */
  readonly newId: string;
}

/** Nobody asks again for what they asked for longer ago. */
const KEYS_MAX = 5_000;

type Acknowledge = (request: Request, outcome: MarketOutcome) => Promise<void>;

/** Those outside: they send, send again what they were not told, and compare what they are told. */
export class Callers {
  readonly counts = {
    attempts: 0,
    accepted: 0,
    refused: 0,
    unanswered: 0,
    mismatches: 0,
  };
  /** Attempts that wait for an answer or an error. */
  waiting = 0;
  readonly refusals = new Map<string, number>();
  sentCount = 0;
  /** Keys of those who were never told. */
  readonly unanswered = new Set<string>();
  /** Keys that may be used again: so many were sent last. */
  readonly keys: string[] = [];
  private readonly sent = new Map<string, Attempts>();

  constructor(
    private readonly announce: (request: Request) => void,
    private readonly acknowledge: Acknowledge,
  ) {}

  /** Sends something new. */
  send(process: MarketProcess, { request, newId }: Asked & { request: Request }): Promise<void> {
    const attempts = { request, tampered: [], mismatched: new Set<Request>() };
    const fresh: Attempts = { ...attempts, winner: null };
    const { key } = request;
    this.sentCount += 1;
    this.sent.set(key, fresh);
    this.unanswered.add(key);
    this.keys.push(key);
    if (this.keys.length > KEYS_MAX) this.forget(this.keys.shift() ?? key);
    return this.attempt(process, { request, newId }, fresh);
  }

  /** Sends again, as it was, what was sent under a key. */
  async repeat(process: MarketProcess, { key, newId }: Asked & { key: string }): Promise<void> {
    const attempts = this.sent.get(key);
    if (attempts === undefined) return;
    await this.attempt(process, { request: attempts.request, newId }, attempts);
  }

  /** Sends other content under a key. */
  async tamper(
    process: MarketProcess,
    { key, newId, content }: Asked & { key: string; content: Content },
  ): Promise<void> {
    const attempts = this.sent.get(key);
    if (attempts === undefined) return;
    const request = { ...attempts.request, content };
    attempts.tampered.push(request);
    await this.attempt(process, { request, newId }, attempts);
  }

  /** What was first sent under a key; null when that is too long ago. */
  find(key: string): Request | null {
    return this.sent.get(key)?.request ?? null;
  }

  private forget(key: string): void {
    this.sent.delete(key);
    this.unanswered.delete(key);
  }

  private async attempt(
    process: MarketProcess,
    { request, newId }: Asked & { request: Request },
    attempts: Attempts,
  ): Promise<void> {
    this.counts.attempts += 1;
    this.announce(request);
    this.waiting += 1;
    const { marketId, scope, key, content } = request;
    const command = toCommand(content, idInMarket<ReservationId>(marketId, newId));
    const cause = causeOf(request);
    const context = { scope, idempotencyKey: key, content, actor: `member:${scope}`, cause };
    try {
      const outcome = await process.execute(marketId, command, context);
      await this.told(request, attempts, outcome);
    } catch (error) {
      this.failed(request, attempts, error);
    } finally {
      this.waiting -= 1;
    }
  }

  private async told(request: Request, attempts: Attempts, outcome: MarketOutcome): Promise<void> {
    const winner = (attempts.winner ??= request);
    const isOwner = winner === request && !attempts.mismatched.has(request);
    demand(isOwner, `I6: ${causeOf(request)} is answered for two contents`);
    this.unanswered.delete(request.key);
    if (outcome.accepted) this.counts.accepted += 1;
    else {
      const { code } = outcome.rejection;
      this.counts.refused += 1;
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    }
    await this.acknowledge(request, outcome);
  }

  private failed(request: Request, attempts: Attempts, error: unknown): void {
    if (error instanceof IdempotencyMismatchError) {
      const isOther = attempts.tampered.length > 0 && attempts.winner !== request;
      demand(isOther, `I6: ${causeOf(request)} is refused as changed and was not`);
      this.counts.mismatches += 1;
      attempts.mismatched.add(request);
      if (request === attempts.request) this.unanswered.delete(request.key);
      return;
    }
    const isUnknown = error instanceof StreamBusyError || error instanceof ConnectionLostError;
    if (!isUnknown) throw error;
    this.counts.unanswered += 1;
  }
}
