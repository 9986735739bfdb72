import { EXCHANGE, SELLER } from '../../../test/support/ledger.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { ConcededCountAudit } from './conceded-count.audit.js';
import type { InvoiceEvent } from './invoice-register.events.js';
import type { LedgerEvent } from './ledger.events.js';

type Step = readonly ['books' | 'documents', object, OrganizationId?];
const fallen = (evidence = 'R/usage/2', changes: object = {}): Step => ['books', { type: 'OverageReduced', evidence, amount: 35n, creditedInvoice: 'HR-1', ...changes }];
const note = (settles: string | null = 'R/usage/2', changes: object = {}): Step => ['documents', { type: 'CreditNoteIssued', settles, amount: 35n, organizationId: SELLER, ...changes }];

function told(steps: readonly Step[], awaited: readonly string[] = []): string | null {
  const audit = new ConcededCountAudit((job, key) => awaited.includes(`${job} ${key}`));
  for (const [where, event, owner = SELLER as OrganizationId] of steps) {
    if (where === 'books') audit.seeBooks(event as LedgerEvent, owner);
    else audit.seeDocument(event as InvoiceEvent);
  }
  return audit.end();
}

describe('conceded counts between books and documents', () => {
  it.each<[string, readonly Step[], readonly string[]]>([
    ['each with its note', [fallen(), fallen('R/usage/3'), note(), note('R/usage/3')], []],
    ['with a note on its way', [fallen()], ['note-conceded-count R/usage/2']],
    ['that are credits', [fallen('R/usage/2', { creditedInvoice: null })], []],
    ['and notes that settle none', [note(null)], []],
  ])('are right: %s', (_what, steps, awaited) => {
    expect(told(steps, awaited)).toBeNull();
  });

  it.each<[string, readonly Step[], string]>([
    ['without a note', [fallen()], 'I3: the count R/usage/2 was conceded, and no credit note settles it'],
    ['with two', [fallen(), note(), note()], 'I3: the count R/usage/2 was settled twice'],
    ['taken back twice', [fallen(), fallen(), note()], 'I3: the count R/usage/2 was settled twice'],
    ['by another amount', [fallen(), note('R/usage/2', { amount: 34n })], 'I3: a credit note settles R/usage/2 as the books do not say it'],
    ['of another organization', [fallen(), note('R/usage/2', { organizationId: EXCHANGE })], 'I3: a credit note settles R/usage/2 as the books do not say it'],
    ['that the books do not know', [note()], 'I3: a credit note settles R/usage/2 as the books do not say it'],
  ])('are wrong: %s', (_what, steps, lie) => {
    expect(told(steps)).toBe(lie);
  });
});
