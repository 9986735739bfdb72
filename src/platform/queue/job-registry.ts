import type { JobHandler, JobType } from './job.js';

interface Registered {
  readonly job: JobType<unknown>;
  readonly handler: JobHandler<unknown>;
}

/** Which handler runs which job. */
export class JobRegistry {
  private readonly handlers = new Map<string, Registered>();
  private readonly firsts: (() => Promise<void>)[] = [];

  /** @throws Error when the job has a handler already */
  register<Payload>(job: JobType<Payload>, handler: JobHandler<Payload>): void {
    const id = `${job.queue}/${job.name}`;
    if (this.handlers.has(id)) throw new Error(`job ${id} has two handlers`);
    this.handlers.set(id, { job, handler } as unknown as Registered);
  }

  /** Puts the first of jobs that call for themselves from then on; may be repeated. */
  addFirst(put: () => Promise<void>): void {
    this.firsts.push(put);
  }

  /** Once the process runs jobs. */
  async putFirsts(): Promise<void> {
    for (const put of this.firsts) await put();
  }

  /** @throws Error naming the jobs that nobody handles */
  assertComplete(jobs: readonly Pick<JobType<unknown>, 'queue' | 'name'>[]): void {
    const missing = jobs
      .map(({ queue, name }) => `${queue}/${name}`)
      .filter((id) => !this.handlers.has(id));
    if (missing.length > 0) throw new Error(`jobs without a handler: ${missing.join(', ')}`);
  }

  /** Parses the payload and runs the handler. */
  async run(queue: string, name: string, payload: unknown): Promise<void> {
    const registered = this.handlers.get(`${queue}/${name}`);
    if (registered === undefined) throw new Error(`no handler for job ${queue}/${name}`);
    await registered.handler(registered.job.payload.parse(payload));
  }
}
