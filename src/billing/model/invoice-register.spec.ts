import fc from 'fast-check';
import { EXCHANGE, reservation, SELLER, usd } from '../../../test/support/ledger.js';
import type { Decision } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { dueOn, type BookedCharge } from './closing.js';
import {
  closingsOf,
  invoiceDecider,
  ordinalOf,
  totalsOf,
  type InvoiceIssued,
  type InvoiceRegister,
  type InvoiceRejection,
  type IssueInvoice,
} from './invoice-register.js';

const at = (text: string): Instant => Date.parse(text) as Instant;

const charge = (version: number, month = '2026-11', amount = 10): BookedCharge => ({
  ...{ version, month, kind: 'delivery', reservationId: reservation(`R${version}`) },
  ...{ amount: usd(amount), served: null, evidence: null, postedAt: version as Instant },
});

const issue = (changes: Partial<IssueInvoice> = {}): IssueInvoice => ({
  type: 'IssueInvoice',
  organizationId: SELLER,
  month: '2026-11',
  charges: [charge(1)],
  through: 1,
  isUnsettled: false,
  now: at('2026-12-01T00:00:00Z'),
  ...changes,
});

class Register {
  readonly state: InvoiceRegister = invoiceDecider.initialState();

  send(command: IssueInvoice): Decision<InvoiceIssued, InvoiceRejection> {
    const decision = invoiceDecider.decide(command, this.state);
    if (decision.accepted) decision.events.forEach((event) => invoiceDecider.evolve(this.state, event));
    return decision;
  }

  issued(changes: Partial<IssueInvoice>): InvoiceIssued {
    const decision = this.send(issue(changes));
    if (!decision.accepted) throw new Error(decision.rejection.code);
    return decision.events[0] as InvoiceIssued;
  }
}

const early = at('2026-11-30T23:59:59.999Z');
const nothing = { charges: [], isUnsettled: true, now: early };

describe('an invoice', () => {
  it.each<[string, Partial<IssueInvoice>, unknown]>([
    // The reason further up is given when several hold.
    ['that there is', { ...nothing, organizationId: EXCHANGE }, { code: 'ALREADY_ISSUED', number: 'HR-00000001' }],
    ['of a month that runs', nothing, { code: 'MONTH_NOT_OVER', endsAt: at('2026-12-01T00:00:00Z') }],
    ['a millisecond too early', { now: early }, { code: 'MONTH_NOT_OVER', endsAt: at('2026-12-01T00:00:00Z') }],
    ['before all is settled', { charges: [], isUnsettled: true }, { code: 'NOT_SETTLED' }],
    ['of nothing', { charges: [] }, { code: 'NOTHING_TO_INVOICE' }],
    ['of another month’s charges', { charges: [charge(1, '2026-10')] }, { code: 'NOTHING_TO_INVOICE' }],
  ])('%s is not issued', (_what, changes, rejection) => {
    const register = new Register();
    register.issued({ organizationId: EXCHANGE });
    expect(register.send(issue(changes))).toEqual({ accepted: false, rejection });
    expect(register.state.count).toBe(1);
  });

  it('has the next number, whoever it is for', () => {
    const register = new Register();
    const numbers = [
      register.issued({}),
      register.issued({ organizationId: EXCHANGE }),
      register.issued({ month: '2026-10', charges: [charge(2, '2026-10')] }),
    ].map(({ number }) => number);
    expect(numbers).toEqual(['HR-00000001', 'HR-00000002', 'HR-00000003']);
    expect(numbers.map(ordinalOf)).toEqual([1, 2, 3]);
  });

  it('holds the lines of its month, and their totals', () => {
    const charges = [charge(1, '2026-11', 30), charge(2, '2026-11', -12), charge(3, '2026-11', 5)];
    const invoice = new Register().issued({ charges: [...charges, charge(4, '2026-10')] });
    expect(invoice).toMatchObject({ charges: 35n, credits: 12n, month: '2026-11' });
    expect(invoice.lines).toEqual(charges.map(({ month: _month, version: _version, ...line }) => line));
    expect(totalsOf([])).toEqual({ charges: 0n, credits: 0n });
  });

  it('of a later month holds what came too late for its own', () => {
    const register = new Register();
    register.issued({ through: 1 });
    const charges = [charge(1), charge(2), charge(3, '2026-10'), charge(4, '2026-12')];
    const now = at('2027-02-01T00:00:00Z');
    const december = register.issued({ month: '2026-12', charges, through: 4, now });
    // October was never invoiced: its charges wait for it.
    expect(december.lines.map(({ reservationId }) => reservationId)).toEqual(['R2', 'R4']);
    const october = register.issued({ month: '2026-10', charges: charges.slice(0, 3), through: 4, now });
    expect(october.lines.map(({ reservationId }) => reservationId)).toEqual(['R3']);
    const january = { month: '2027-01', charges: [...charges, charge(5)], through: 5, now };
    expect(register.issued(january).lines.map(({ reservationId }) => reservationId)).toEqual(['R5']);
  });
});

describe('however charges and invoices interleave', () => {
  const MONTHS = ['2026-09', '2026-10', '2026-11', '2026-12'];
  const month = fc.constantFrom(...MONTHS);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('charge' as const), month }) },
    // The books are read a while before the invoice is issued.
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('issue' as const), month, behind: fc.nat(3) }) },
  );

  it('every charge is on one invoice in the end, and on no draft once it is', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const register = new Register();
        const books: BookedCharge[] = [];
        const invoiced: string[] = [];
        const now = at('2027-06-01T00:00:00Z');
        const close = (which: string, through: number): void => {
          const seen = books.filter((one) => one.month <= which && one.version <= through);
          const decision = register.send(issue({ month: which, charges: seen, through, now }));
          if (!decision.accepted) return;
          for (const { lines } of decision.events) invoiced.push(...lines.map((line) => line.reservationId));
        };
        for (const one of steps) {
          if (one.kind === 'charge') books.push(charge(books.length + 1, one.month));
          else close(one.month, Math.max(0, books.length - one.behind));
          const closings = closingsOf(register.state, SELLER as OrganizationId);
          for (const which of MONTHS) {
            const draft = dueOn(which, books, closings).map(({ reservationId }) => reservationId);
            expect(draft.filter((id) => invoiced.includes(id))).toEqual([]);
          }
        }
        for (const which of [...MONTHS, '2027-01']) close(which, books.length);
        expect([...invoiced].sort()).toEqual(books.map(({ reservationId }) => reservationId as string).sort());
      }),
      { numRuns: 500 },
    );
  });
});
