import type { OrganizationId } from '../../kernel/ids.js';
import type { LedgerEvent } from './ledger.events.js';

interface Leg {
  readonly fromId: OrganizationId;
  readonly toId: OrganizationId;
  readonly amount: bigint;
}

const same = (a: Leg, b: Leg): boolean =>
  a.fromId === b.fromId && a.toId === b.toId && a.amount === b.amount;

/**
 * I3 between books: whatever arrived was sent, to that organization, in that amount, and once; and
 * all clearing accounts together hold exactly what is still on its way.
 */
export class TransfersAudit {
  private readonly sent = new Map<string, Leg>();
  private readonly received = new Map<string, Leg>();
  private clearing = 0n;
  private twice: string | null = null;

  see(event: LedgerEvent, ownerId: OrganizationId): void {
    for (const { account, amount } of event.postings) {
      if (account === 'clearing') this.clearing += amount;
    }
    if (event.type === 'TransferReceived') {
      const { transferId, fromId, amount } = event;
      this.note(this.received, transferId, { fromId, toId: ownerId, amount });
    }
    if ('transfers' in event) {
      for (const { transferId, toId, amount } of event.transfers) {
        this.note(this.sent, transferId, { fromId: ownerId, toId, amount });
      }
    }
  }

  /** What is wrong, or null. */
  end(): string | null {
    if (this.twice !== null) return `I3: transfer ${this.twice} happened twice`;
    for (const [transferId, leg] of this.received) {
      const origin = this.sent.get(transferId);
      if (origin === undefined) return `I3: transfer ${transferId} arrived and was never sent`;
      if (!same(origin, leg)) return `I3: transfer ${transferId} arrived as another than was sent`;
    }
    const underway = [...this.sent]
      .filter(([transferId]) => !this.received.has(transferId))
      .reduce((sum, [, { amount }]) => sum + amount, 0n);
    return underway === this.clearing
      ? null
      : `I3: ${underway} is on its way, and clearing holds ${this.clearing}`;
  }

  private note(legs: Map<string, Leg>, transferId: string, leg: Leg): void {
    if (legs.has(transferId)) this.twice = transferId;
    legs.set(transferId, leg);
  }
}
