import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SeededRandom } from '../simulation/random.js';
import type { ServerProcess } from './server-processes.js';

export interface KillPlan {
  readonly kills: number;
  /** Between two kills so many answers are given at least, and at most. */
  readonly answers: readonly [min: number, max: number];
  /** So many are given while one server is away; then it is waited for, so that work stays bounded. */
  readonly meanwhile: number;
}

/**
 * Kills one server or the other with `kill -9` at moments drawn from a seed, and starts it again. When
 * is counted in answers and turns of the event loop, never in time.
 */
export class Killer {
  isDone = false;
  private isStopped = false;
  private answers = 0;
  private restarting: Promise<void> | null = null;
  private left = 0;
  private moved: () => void = () => undefined;

  constructor(
    private readonly servers: readonly ServerProcess[],
    private readonly plan: KillPlan,
    private readonly random: SeededRandom,
  ) {}

  /** Nothing is killed any more: what was going on has failed. */
  stop(): void {
    this.isStopped = true;
    this.moved();
  }

  async run(): Promise<void> {
    for (let kills = 0; kills < this.plan.kills; kills += 1) {
      const due = this.answers + this.random.integer(...this.plan.answers);
      while (this.answers < due && !this.isStopped) await this.progress();
      if (this.isStopped) return;
      // In the middle of what is under way, and not only right after an answer.
      for (let turns = this.random.integer(0, 60); turns > 0; turns -= 1) await nextTurn();
      this.left = this.plan.meanwhile;
      this.restarting = this.restart(this.random.pick(this.servers));
      await this.restarting;
      this.restarting = null;
    }
    this.isDone = true;
  }

  /** Called after every answer; waits where enough was done with one server only. */
  async answered(): Promise<void> {
    this.answers += 1;
    this.left -= 1;
    this.moved();
    if (this.left < 0) await this.restarting;
  }

  private progress(): Promise<void> {
    return new Promise((done) => (this.moved = done));
  }

  private async restart(server: ServerProcess): Promise<void> {
    await server.kill();
    await server.start();
  }
}
