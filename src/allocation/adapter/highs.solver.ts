import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { LinearOutcome, LinearProgram } from '../model/linear-program.js';
import { LinearSolver } from '../application/linear-solver.js';
import { HIGHS_WORKER, type HighsReply, type HighsTask, type HighsWorkerData } from './highs.worker.js';

export interface HighsLimits {
  /** Programs that wait or are solved at a time. */
  readonly queueMax: number;
  /** After that the solver is asked to give what it has. */
  readonly timeLimitMs: number;
  /** How much longer it may take to do so before its thread is ended. */
  readonly graceMs: number;
}

export const HIGHS_LIMITS: HighsLimits = { queueMax: 8, timeLimitMs: 8_000, graceMs: 4_000 };

interface Waiting {
  readonly program: LinearProgram;
  readonly answer: (outcome: LinearOutcome) => void;
}

interface Running extends Waiting {
  readonly id: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * HiGHS, compiled to WebAssembly, in one thread of its own that is started when it is first needed.
 * One program is solved at a time; a program that outlives its limit ends the thread with it.
 */
@Injectable()
export class HighsSolver extends LinearSolver implements OnApplicationShutdown {
  private readonly waiting: Waiting[] = [];
  private worker: Worker | null = null;
  private running: Running | null = null;
  private tasks = 0;

  constructor(private readonly limits: HighsLimits) {
    super();
  }

  solve(program: LinearProgram): Promise<LinearOutcome> {
    if (program.cost.length === 0) return Promise.resolve(emptyOutcome(program));
    if (this.waiting.length + Number(this.running !== null) >= this.limits.queueMax) {
      return Promise.resolve({ kind: 'busy' });
    }
    return new Promise((answer) => {
      this.waiting.push({ program, answer });
      this.next();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    const left = this.waiting.splice(0);
    await this.end('busy');
    left.forEach(({ answer }) => answer({ kind: 'busy' }));
  }

  private next(): void {
    if (this.running !== null) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    const { timeLimitMs, graceMs } = this.limits;
    const id = (this.tasks += 1);
    const timer = setTimeout(() => void this.end('too-slow'), timeLimitMs + graceMs);
    this.running = { ...next, id, timer };
    const worker = (this.worker ??= this.start());
    worker.ref();
    const task: HighsTask = { id, program: next.program, timeLimitMs };
    worker.postMessage(task);
  }

  private start(): Worker {
    const workerData: HighsWorkerData = {
      loader: createRequire(import.meta.url).resolve('highs'),
    };
    const worker = new Worker(HIGHS_WORKER, { eval: true, workerData });
    worker.on('message', (reply: HighsReply) => this.finish(reply));
    // A thread that breaks, for want of memory say, takes its program along and nothing else.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.worker === worker) void this.end('too-slow');
    });
    return worker;
  }

  private finish({ id, kind, values }: HighsReply): void {
    const { running } = this;
    if (running?.id !== id) return;
    this.clear(running);
    // An idle thread does not keep the process.
    this.worker?.unref();
    running.answer(outcomeOf(kind, values));
    this.next();
  }

  private async end(kind: 'too-slow' | 'busy'): Promise<void> {
    const { running, worker } = this;
    this.worker = null;
    if (running !== null) this.clear(running);
    await worker?.terminate();
    running?.answer({ kind });
    this.next();
  }

  private clear({ timer }: Running): void {
    clearTimeout(timer);
    this.running = null;
  }
}

function outcomeOf(kind: HighsReply['kind'], values: Float64Array | null): LinearOutcome {
  if (kind === 'optimal' || kind === 'feasible') {
    return { kind, values: values ?? new Float64Array() };
  }
  return { kind };
}

/** Nothing to decide: right when nothing is asked for. */
function emptyOutcome({ rowLower }: LinearProgram): LinearOutcome {
  const isMet = rowLower.every((lower) => lower <= 0);
  return isMet ? { kind: 'optimal', values: new Float64Array() } : { kind: 'infeasible' };
}
