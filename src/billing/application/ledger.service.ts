import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Handovers, Market, type Loss } from '../../allocation/contract.js';
import {
  systemContext,
  toExecuteRequest,
  type CommandContext,
} from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { OutboxRelay } from '../../eventstore/outbox-relay.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import type { LedgerCommand, LedgerRejection } from '../model/ledger.commands.js';
import type { Ledger } from '../model/ledger.state.js';
import { payoutProjection } from '../projection/payout.projection.js';
import { ledgerProjection, refundsProjection, salesProjection } from '../projection/ledger.projection.js';
import { escrowAudit, orderMoneyAudit } from './sweep/money-audits.js';
import { overageAudit, transfersAudit } from './transfers.audit.js';
import {
  ledgerDefinition,
  settleDeliveryJob,
  settlementOf,
  type LedgerAnswer,
} from './ledger.definition.js';

type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;
export type LedgerOutcome = Outcome<LedgerAnswer, LedgerRejection>;

/** Sends commands to the books of organizations. */
@Injectable()
export class LedgerService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    private readonly outbox: OutboxRelay,
    private readonly market: Market,
    private readonly handovers: Handovers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(ledgerDefinition);
    this.definitions.addAudit(transfersAudit);
    this.definitions.addAudit(overageAudit);
    this.definitions.addAudit(orderMoneyAudit);
    this.definitions.addAudit(escrowAudit);
    this.subscriptions.addProjection(ledgerProjection);
    this.subscriptions.addProjection(salesProjection);
    this.subscriptions.addProjection(payoutProjection);
    this.subscriptions.addProjection(refundsProjection);
    this.jobs.register(settleDeliveryJob, ({ organizationId, reservationId, at }) =>
      this.settle(organizationId as OrganizationId, reservationId as ReservationId, at as Instant),
    );
  }

  /** Decides and commits one command on an organization's books. */
  execute(
    organizationId: OrganizationId,
    command: Untimed<LedgerCommand>,
    context: CommandContext,
  ): Promise<LedgerOutcome> {
    const now = this.clock.now();
    const timed = { ...command, now } as LedgerCommand;
    return this.streams.execute(
      ledgerDefinition,
      organizationId,
      toExecuteRequest(context, timed, now),
    );
  }

  /**
   * Keeps why something was refused under the key it was asked with, so that asking again is answered
   * the same. Answers with what is kept: somebody may have been answered under the key meanwhile.
   *
   * @throws IdempotencyMismatchError the key was used with other content
   */
  refuse(
    organizationId: OrganizationId,
    refusal: object,
    context: CommandContext,
  ): Promise<LedgerOutcome> {
    const text = JSON.stringify(refusal);
    return this.execute(organizationId, { type: 'KeepRefusal', refusal: text }, context);
  }

  /** The outcome that a key was answered with before; null when it is new. */
  recall(context: CommandContext): Promise<LedgerOutcome | null> {
    return this.streams.recall<LedgerAnswer, LedgerRejection>(context);
  }

  /** As {@link recall}, of many keys at once, in their order. */
  recallEach(contexts: readonly CommandContext[]): Promise<readonly (LedgerOutcome | null)[]> {
    return this.streams.recallEach<LedgerAnswer, LedgerRejection>(contexts);
  }

  /** Looks at an organization's books, with everything that any process has committed. */
  read<View>(organizationId: OrganizationId, view: (ledger: Ledger) => View): Promise<View> {
    return this.streams.read(ledgerDefinition, organizationId, view);
  }

  /**
   * Puts the next look at a delivery into the outbox, until there is nothing left to deliver. May be
   * asked any number of times.
   */
  async startDelivery(organizationId: OrganizationId, reservationId: ReservationId): Promise<void> {
    const next = await this.read(organizationId, ({ escrows }) => {
      const escrow = escrows.get(reservationId);
      return escrow === undefined ? null : settlementOf(organizationId, escrow);
    });
    if (next !== null) await this.outbox.put(next);
  }

  /** Refunds what the market took of a reservation, in the order in which it did; any number of times. */
  async followLosses(holderId: OrganizationId, reservationId: ReservationId): Promise<void> {
    for (const loss of await this.market.losses(reservationId)) {
      await this.curtailEscrow(holderId, reservationId, loss);
    }
  }

  /** Under one key for each curtailment of a reservation: refunded once, for all time. */
  async curtailEscrow(
    holderId: OrganizationId,
    reservationId: ReservationId,
    { curtailmentId, quantity, lost }: Omit<Loss, 'window'>,
  ): Promise<void> {
    const context = systemContext('curtail-escrow', `${curtailmentId} ${reservationId}`);
    const command = { type: 'CurtailEscrow', reservationId, curtailmentId, quantity, lost } as const;
    await this.execute(holderId, command, context);
  }

  /** Settles one reservation up to `at`, and puts the next look into the outbox. */
  private async settle(
    organizationId: OrganizationId,
    reservationId: ReservationId,
    at: Instant,
  ): Promise<void> {
    // An answer given too early would be given again: the job is tried again instead.
    if (this.clock.now() < at) throw new Error(`it is not yet ${at} by this process's clock`);
    // What was curtailed before then is not delivered, however late the books are told of it.
    await this.followLosses(organizationId, reservationId);
    const use = await this.handovers.useOf(reservationId);
    const context = systemContext('settle-delivery', `${reservationId} ${at}`);
    await this.execute(organizationId, { type: 'SettleDelivery', reservationId, use }, context);
    await this.startDelivery(organizationId, reservationId);
  }
}
