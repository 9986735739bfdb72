import { Inject, Injectable } from '@nestjs/common';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { Issue } from '../../../kernel/issue.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import { checkFault, checkHappening, checkSending, FAULTS_MAX, type EventOrder, type PlannedFault, type PlannedHappening, type StandInView } from '../../model/stand-in.js';
import { PaymentProvider } from '../payment-provider.js';
import type { DeskAnswer, StandInDesk } from './stand-in-desk.js';

/** In the order in which it is looked for. */
export type StandInRefusal =
  /** A key is set: Stripe itself is asked. */
  | { readonly kind: 'stripe-itself' }
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  /** The stand-in has no such thing. */
  | { readonly kind: 'not-found'; readonly field: string }
  /** The stand-in has it, and not in a state for that. */
  | { readonly kind: 'refused'; readonly message: string };

export type StandInOutcome = { readonly kind: 'done'; readonly view: StandInView } | StandInRefusal;

/** What is kept under the key of a request. */
type Kept = { readonly kind: 'done' } | Extract<StandInRefusal, { readonly kind: 'not-found' | 'refused' }>;

/** One request of an operator's. */
export interface Asked {
  readonly caller: AuthenticatedPrincipal;
  readonly key: string;
}

interface Act {
  readonly action: string;
  /** What it is about, for the audit trail. */
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
  readonly issues?: (desk: StandInDesk) => readonly Issue[];
  readonly work: (desk: StandInDesk) => Kept | Promise<Kept>;
}

const ALL = 'stripe-stand-in';
const DONE = { kind: 'done' } as const;

/**
 * Lets things go wrong at the stand-in for Stripe of this process. Where a key is set there is none: nothing is done, and Stripe is
 * asked nothing.
 */
@Injectable()
export class StandInService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** Null where Stripe itself is asked. */
  look(): StandInView | null {
    return this.provider.standInDesk?.look() ?? null;
  }

  fail(asked: Asked, fault: PlannedFault): Promise<StandInOutcome> {
    return this.act(asked, {
      ...{ action: 'stand-in.fault-set', subject: fault.operation ?? ALL, details: detailsOf(fault) },
      issues: ({ operations }) => checkFault(fault, operations),
      work: (desk) => {
        if (desk.look().faults.length >= FAULTS_MAX) return { kind: 'refused', message: `${FAULTS_MAX} failures are set already: clear them first` };
        desk.fail(fault);
        return DONE;
      },
    });
  }

  clearFaults(asked: Asked): Promise<StandInOutcome> {
    return this.act(asked, {
      ...{ action: 'stand-in.faults-cleared', subject: ALL, details: {} },
      work: (desk) => {
        desk.clearFaults();
        return DONE;
      },
    });
  }

  finish(asked: Asked, paymentId: string, outcome: 'succeeded' | 'failed'): Promise<StandInOutcome> {
    return this.act(asked, {
      ...{ action: 'stand-in.payment-finished', subject: paymentId, details: { outcome } },
      work: async (desk) => keep(await desk.finish(paymentId, outcome), 'paymentId'),
    });
  }

  happen(asked: Asked, planned: PlannedHappening): Promise<StandInOutcome> {
    const { happening, subject, amount } = planned;
    return this.act(asked, {
      ...{ action: 'stand-in.happened', subject, details: { happening, ...(amount === null ? {} : { amount: String(amount) }) } },
      issues: () => checkHappening(planned),
      work: async (desk) => keep(await desk.happen(planned), 'subject'),
    });
  }

  hold(asked: Asked): Promise<StandInOutcome> {
    return this.act(asked, {
      ...{ action: 'stand-in.events-held', subject: ALL, details: {} },
      work: (desk) => {
        desk.hold();
        return DONE;
      },
    });
  }

  release(asked: Asked, order: EventOrder, times: number): Promise<StandInOutcome> {
    return this.act(asked, {
      ...{ action: 'stand-in.events-released', subject: ALL, details: { order, times: String(times) } },
      issues: () => checkSending(times),
      work: (desk) => {
        desk.release(order, times);
        return DONE;
      },
    });
  }

  resend(asked: Asked, eventId: string): Promise<StandInOutcome> {
    return this.act(asked, {
      ...{ action: 'stand-in.event-resent', subject: eventId, details: {} },
      work: (desk) => (desk.resend(eventId) ? DONE : { kind: 'not-found', field: 'eventId' }),
    });
  }

  private async act({ caller, key }: Asked, { action, subject, details, issues, work }: Act): Promise<StandInOutcome> {
    const desk = this.provider.standInDesk;
    if (desk === null) return { kind: 'stripe-itself' };
    const wrong = issues?.(desk) ?? [];
    if (wrong.length > 0) return { kind: 'invalid', issues: wrong };
    // A transaction that meets another is made again; what happened at the stand-in is not.
    let made: Promise<Kept> | null = null;
    const request = { scope: caller.organizationId, key, content: { [action]: { subject, details } } };
    const { answer } = await once(this.database, request, async (transaction) => {
      const kept = await (made ??= Promise.resolve(work(desk)));
      if (kept.kind !== 'done') return kept;
      const actor = actorOf(caller);
      await this.audit.recordIn(transaction, { organizationId: caller.organizationId, actor, action, subject, details });
      return kept;
    });
    return answer.kind === 'done' ? { kind: 'done', view: desk.look() } : answer;
  }
}

function keep(answer: DeskAnswer, field: string): Kept {
  return answer.kind === 'unknown' ? { kind: 'not-found', field } : answer;
}

function detailsOf({ effect, status, when, times }: PlannedFault): Readonly<Record<string, string>> {
  return { effect, ...(status === null ? {} : { status: String(status) }), when, times: String(times) };
}
