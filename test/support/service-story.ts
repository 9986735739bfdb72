import type { ReservationId } from '../../src/kernel/ids.js';
import { HOUR_MS, MINUTE_MS, plus, type Instant } from '../../src/kernel/time.js';
import { auditService } from '../../src/metering/model/service-hour.audit.js';
import type { JudgeHour, ServiceCommand } from '../../src/metering/model/service-hour.commands.js';
import { serviceDecider } from '../../src/metering/model/service-hour.decide.js';
import type { ServiceEvent } from '../../src/metering/model/service-hour.events.js';
import { measure } from '../../src/metering/model/service-hour.measure.js';
import type { ServedRequest } from '../../src/metering/model/served-request.js';
import type { ServiceState } from '../../src/metering/model/service-hour.state.js';
import { hour } from './market.js';
import { promise } from './service-level.js';

const NONE = { p5: null, p50: null, p95: null, p99: null };
const R = 'R' as ReservationId;

/** A command of a story: what is left out is the story's. */
export type Told = { readonly type: ServiceCommand['type'] } & Readonly<Record<string, unknown>>;

/** A look at the hour 1 of a reservation of 100 tokens/s, which found these requests. */
export function judging(
  requests: readonly ServedRequest[],
  changes: Partial<Pick<JudgeHour, 'hour' | 'area' | 'now' | 'profileVersion'>> & { records?: number } = {},
): Told {
  const { records = requests.length, ...others } = changes;
  const terms = promise();
  const figures = { ttft: NONE, streamSpeed: NONE, promptTokens: NONE, outputTokens: NONE, concurrency: NONE };
  const evidence = { records, measured: measure(requests, terms), figures, sketchDigest: 'ab' };
  const whole = { area: 360_000_000n, terms, termsVersion: 1, profileVersion: 1 };
  return { type: 'JudgeHour', evidence, ...whole, ...others };
}

/** Given what is known of a reservation's service levels, when a command comes, then … */
export class ServiceStory {
  readonly state: ServiceState = serviceDecider.initialState();
  readonly events: ServiceEvent[] = [];
  private now: Instant = plus(hour(1), HOUR_MS + 5 * MINUTE_MS);

  later(milliseconds: number): this {
    this.now = plus(this.now, milliseconds);
    return this;
  }

  /** What happened, in words; or the code of the rejection, with what it names. */
  send(command: Told): readonly string[] | string {
    const parties = { holderId: 'holder', sellerId: 'seller', providerId: 'provider' };
    const base = { reservationId: R, hour: hour(1), now: this.now };
    const rest = command.type === 'JudgeHour' ? parties : { isExchange: false };
    const whole = { ...base, ...rest, ...command } as unknown as ServiceCommand;
    const decision = serviceDecider.decide(whole, this.state);
    if (!decision.accepted) return refused(decision.rejection);
    for (const event of decision.events) {
      serviceDecider.evolve(this.state, event);
      this.events.push(event);
    }
    auditService(this.state);
    return decision.events.map(told);
  }

  given(...commands: readonly Told[]): this {
    for (const command of commands) {
      const answer = this.send(command);
      if (typeof answer === 'string') throw new Error(`given ${command.type}: ${answer}`);
    }
    return this;
  }
}

function told(event: ServiceEvent): string {
  switch (event.type) {
    case 'ServiceHourJudged': {
      const { revision, verdict, credit, creditBefore: before } = event;
      return `${revision} ${verdict.kind} ${credit.share} of ${credit.area}, before ${before.share} of ${before.area}`;
    }
    case 'CreditDisputed':
      return `disputed by ${event.openedBy}`;
    case 'DisputeResolved':
      return event.outcome;
  }
}

function refused(rejection: Extract<ReturnType<typeof serviceDecider.decide>, { accepted: false }>['rejection']): string {
  if (rejection.code === 'VALIDATION_FAILED') {
    return `${rejection.code} ${rejection.issues.map(({ field }) => field).join()}`;
  }
  return rejection.code === 'NOT_YOURS_TO_SAY' ? `${rejection.code} ${rejection.allowed.join()}` : rejection.code;
}

