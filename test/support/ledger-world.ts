import { ledgerCodec } from '../../src/billing/application/ledger.codec.js';
import { ledgerDefinition } from '../../src/billing/application/ledger.definition.js';
import type { LedgerOutcome } from '../../src/billing/application/ledger.service.js';
import { auditLedger } from '../../src/billing/model/ledger.audit.js';
import type { LedgerCommand } from '../../src/billing/model/ledger.commands.js';
import { ledgerDecider } from '../../src/billing/model/ledger.decide.js';
import type { LedgerEvent, Transfer } from '../../src/billing/model/ledger.events.js';
import { TransfersAudit } from '../../src/billing/model/transfers.audit.js';
import { systemContext, toExecuteRequest } from '../../src/eventstore/command-context.js';
import { streamId } from '../../src/eventstore/event.js';
import { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import { Streams } from '../../src/eventstore/streams.js';
import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import type { Untimed } from './ledger.js';

/** Money on its way, and how it gets where it is going. */
export interface Underway {
  readonly fromId: OrganizationId;
  readonly reservationId: ReservationId;
  readonly transfer: Transfer;
  arrived: boolean;
}

interface Sent {
  readonly owner: OrganizationId;
  readonly command: Untimed;
  readonly key: string;
  readonly outcome: LedgerOutcome;
}

const quiet = { committed: () => undefined, warn: () => undefined };

/** The books of several organizations in one store, with transfers that wait to be carried over. */
export class LedgerWorld {
  readonly store = new MemoryEventStore();
  readonly underway: Underway[] = [];
  readonly sent: Sent[] = [];
  now: Instant;
  private readonly streams = new Streams(this.store, quiet);
  private readonly seen = new Map<OrganizationId, number>();
  private readonly between = new TransfersAudit();

  constructor(readonly owners: readonly OrganizationId[], start: Instant) {
    this.now = start;
  }

  /** Sends a command under a key, as a process would; answers with what happened. */
  async send(owner: OrganizationId, command: Untimed, key: string): Promise<LedgerOutcome> {
    const timed = { ...command, now: this.now } as LedgerCommand;
    const request = toExecuteRequest(systemContext('test', key), timed, this.now);
    const outcome = await this.streams.execute(ledgerDefinition, owner, request);
    if (!this.sent.some((one) => one.key === key)) this.sent.push({ owner, command, key, outcome });
    await this.look(owner);
    return outcome;
  }

  /** Carries a transfer over; it may be there already. */
  async carry(one: Underway): Promise<void> {
    const { fromId, reservationId, transfer } = one;
    const { toId, ...told } = transfer;
    const { transferId } = told;
    const command: Untimed = { type: 'ReceiveTransfer', ...told, fromId, reservationId };
    await this.send(toId, command, transferId);
    one.arrived = true;
  }

  async balances(owner: OrganizationId): Promise<ReadonlyMap<string, bigint>> {
    return this.streams.read(ledgerDefinition, owner, (ledger) => new Map(ledger.balances));
  }

  /** How many events of an organization's books were taken up. */
  versionOf(owner: OrganizationId): number {
    return this.seen.get(owner) ?? 0;
  }

  async eventsOf(owner: OrganizationId, after = 0): Promise<readonly LedgerEvent[]> {
    const recorded = await this.store.readStream(streamId('ledger', owner), after, 100_000);
    return recorded.map((event) => ledgerCodec.decode(event));
  }

  /** Throws at the first lie of any book, or of all of them together. */
  async audit(): Promise<void> {
    let clearing = 0n;
    for (const owner of this.owners) {
      clearing += await this.streams.read(ledgerDefinition, owner, (ledger) => {
        auditLedger(ledger);
        return ledger.balances.get('clearing') ?? 0n;
      });
    }
    const open = this.underway.filter(({ arrived }) => !arrived);
    const total = open.reduce((sum, { transfer }) => sum + transfer.amount, 0n);
    if (clearing !== total) throw new Error(`clearing holds ${clearing}, on its way is ${total}`);
    const lie = this.between.end();
    if (lie !== null) throw new Error(lie);
  }

  /** The live state as text, and what folding the log gives, with a snapshot somewhere in between. */
  async replayed(owner: OrganizationId, cut: number): Promise<readonly [live: string, folded: string]> {
    const { snapshot } = ledgerDefinition;
    const live = await this.streams.read(ledgerDefinition, owner, (ledger) => snapshot.encode(ledger));
    const events = await this.eventsOf(owner);
    let state = ledgerDecider.initialState();
    events.forEach((event, at) => {
      if (at === cut % events.length) state = snapshot.decode(snapshot.encode(state));
      state = ledgerDecider.evolve(state, event);
    });
    return [live, snapshot.encode(state)];
  }

  /** Takes up what is new in an organization's books. */
  private async look(owner: OrganizationId): Promise<void> {
    const after = this.seen.get(owner) ?? 0;
    const recorded = await this.store.readStream(streamId('ledger', owner), after, 1_000);
    for (const event of recorded.map((one) => ledgerCodec.decode(one))) {
      this.between.see(event, owner);
      if (!('transfers' in event)) continue;
      for (const transfer of event.transfers) {
        const { reservationId } = event;
        this.underway.push({ fromId: owner, reservationId, transfer, arrived: false });
      }
    }
    this.seen.set(owner, after + recorded.length);
  }
}
