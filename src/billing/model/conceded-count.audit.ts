import type { OrganizationId } from '../../kernel/ids.js';
import type { InvoiceEvent } from './invoice-register.events.js';
import type { LedgerEvent } from './ledger.events.js';

/** What a concession takes back of an hour, and in whose books. */
interface Noted {
  readonly ownerId: OrganizationId;
  readonly amount: bigint;
}

/**
 * Counts that were conceded, between books and documents: each has one credit note, in the amount that its customer's books
 * claimed back or forgave, and no other note settles one. The document may be on its way.
 */
export class ConcededCountAudit {
  private readonly fallen = new Map<string, Noted>();
  private readonly settled = new Map<string, Noted>();
  private twice: string | null = null;

  constructor(private readonly isAwaited: (job: 'note-conceded-count', key: string) => boolean) {}

  seeBooks(event: LedgerEvent, ownerId: OrganizationId): void {
    if (event.type !== 'OverageReduced' || event.creditedInvoice === null) return;
    this.note(this.fallen, event.evidence, { ownerId, amount: event.amount });
  }

  seeDocument(event: InvoiceEvent): void {
    if (event.type !== 'CreditNoteIssued' || event.settles === null) return;
    this.note(this.settled, event.settles, { ownerId: event.organizationId, amount: event.amount });
  }

  /** What is wrong, or null. */
  end(): string | null {
    if (this.twice !== null) return `I3: the count ${this.twice} was settled twice`;
    for (const [evidence, { ownerId, amount }] of this.settled) {
      const fallen = this.fallen.get(evidence);
      if (fallen?.ownerId !== ownerId || fallen.amount !== amount) return `I3: a credit note settles ${evidence} as the books do not say it`;
    }
    const open = [...this.fallen.keys()].find((evidence) => !this.settled.has(evidence) && !this.isAwaited('note-conceded-count', evidence));
    return open === undefined ? null : `I3: the count ${open} was conceded, and no credit note settles it`;
  }

  private note(all: Map<string, Noted>, evidence: string, noted: Noted): void {
    if (all.has(evidence)) this.twice = evidence;
    all.set(evidence, noted);
  }
}
