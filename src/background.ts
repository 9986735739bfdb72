import type { INestApplicationContext } from '@nestjs/common';
import type { Pool } from 'pg';
import { CommitSignal } from './eventstore/commit-signal.js';
import { LagWatch } from './eventstore/lag-watch.js';
import { LOG_READ } from './eventstore/log-follower.js';
import { OutboxRelay } from './eventstore/outbox-relay.js';
import { SubscriptionRegistry } from './eventstore/subscription-registry.js';
import { SubscriptionRunner } from './eventstore/subscription-runner.js';
import type { Settings } from './platform/config/settings.js';
import { SimulatedClock, type Clock } from './platform/clock/clock.js';
import type { Logger } from './platform/logging/logger.js';
import { CLOCK, LOGGER, POOL, SETTINGS } from './platform/platform.module.js';
import { JobQueues } from './platform/queue/job-queues.js';
import { JobRegistry } from './platform/queue/job-registry.js';
import { JobRunner } from './platform/queue/job-runner.js';
import { PubSub } from './platform/pubsub/pubsub.js';

const CLOCK_REFRESH_MS = 1_000;

/** What runs beside requests: subscriptions, jobs, and keeping up with a simulated clock. */
export interface Background {
  readonly jobs: JobRunner;
  stop(): Promise<void>;
}

export async function startBackground(application: INestApplicationContext): Promise<Background> {
  const pool = application.get<Pool>(POOL);
  const logger = application.get<Logger>(LOGGER);
  const pubsub = application.get(PubSub);
  const runner = new SubscriptionRunner(pool, {
    warn: (message, details) => logger.warn(details, message),
    advanced: (subscription) => void pubsub.publish(LOG_READ, subscription, {}),
  }, application.get<Settings>(SETTINGS).WORKER_SILENCE_MS);
  const jobs = new JobRunner(
    application.get(JobQueues),
    application.get(OutboxRelay),
    application.get(JobRegistry),
    logger,
  );
  await jobs.start();
  await application.get(JobRegistry).putFirsts();
  runner.start(application.get(SubscriptionRegistry).subscriptions);
  application.get(CommitSignal).listen(({ hasDueJobs }) => {
    runner.wake();
    if (hasDueJobs) jobs.wake();
  });
  const lag = application.get(LagWatch);
  lag.start();
  const stopRefreshing = keepClock(application.get<Clock>(CLOCK), jobs, logger);
  const stop = async (): Promise<void> => {
    stopRefreshing();
    lag.stop();
    await Promise.all([runner.stop(), jobs.stop()]);
  };
  return { jobs, stop };
}

/** Another process may have moved the simulated clock: what became due must run. */
function keepClock(clock: Clock, jobs: JobRunner, logger: Logger): () => void {
  if (!(clock instanceof SimulatedClock)) return () => undefined;
  const timer = setInterval(() => {
    clock.refresh().then(
      () => jobs.wake(),
      (error: unknown) => logger.warn({ err: error }, 'the simulated clock could not be read'),
    );
  }, CLOCK_REFRESH_MS);
  return () => clearInterval(timer);
}
