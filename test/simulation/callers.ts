import type { MarketOutcome } from '../../src/allocation/application/market.service.js';
import { IdempotencyMismatchError, StreamBusyError } from '../../src/eventstore/stream-errors.js';
import { idInMarket, type ReservationId } from '../../src/kernel/ids.js';
import { causeOf } from './log-auditor.js';
import type { MarketProcess } from './market-process.js';
import { ConnectionLostError } from './network.js';
import { toCommand, type Request } from './requests.js';
import { demand } from './violation.js';

interface Attempts {
  readonly request: Request;
  /** Other contents that were sent under the same key. */
  readonly tampered: Request[];
  /** Contents that were refused because the key belongs to another one. */
  readonly mismatched: Set<Request>;
  /** Which of the contents was answered: from then on the key belongs to it. */
  winner: Request | null;
  isUnanswered: boolean;
}

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
  private readonly sent: Attempts[] = [];
  private ids = 0;

  constructor(private readonly acknowledge: Acknowledge) {}

  /** Sends something new. */
  send(process: MarketProcess, request: Request): Promise<void> {
    const attempts = { request, tampered: [], mismatched: new Set<Request>() };
    const fresh: Attempts = { ...attempts, winner: null, isUnanswered: true };
    this.sent.push(fresh);
    return this.attempt(process, request, fresh);
  }

  /** Sends again, as it was, number `index` of all that was ever sent. */
  repeat(process: MarketProcess, index: number): Promise<void> {
    const attempts = this.sent[index];
    return attempts === undefined
      ? Promise.resolve()
      : this.attempt(process, attempts.request, attempts);
  }

  /** Sends other content under the key of number `index`. */
  async tamper(
    process: MarketProcess,
    index: number,
    change: (request: Request) => Request,
  ): Promise<void> {
    const attempts = this.sent[index];
    if (attempts === undefined) return;
    const other = change(attempts.request);
    attempts.tampered.push(other);
    await this.attempt(process, other, attempts);
  }

  get sentCount(): number {
    return this.sent.length;
  }

  /** Numbers of those who were never told. */
  get unanswered(): readonly number[] {
    return this.sent.flatMap(({ isUnanswered }, index) => (isUnanswered ? [index] : []));
  }

  private async attempt(
    process: MarketProcess,
    request: Request,
    attempts: Attempts,
  ): Promise<void> {
    this.counts.attempts += 1;
    this.waiting += 1;
    this.ids += 1;
    const { marketId, scope, key, content } = request;
    const command = toCommand(content, idInMarket<ReservationId>(marketId, `N${this.ids}`));
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
    attempts.isUnanswered = false;
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
      if (request === attempts.request) attempts.isUnanswered = false;
      return;
    }
    const isUnknown = error instanceof StreamBusyError || error instanceof ConnectionLostError;
    if (!isUnknown) throw error;
    this.counts.unanswered += 1;
  }
}
