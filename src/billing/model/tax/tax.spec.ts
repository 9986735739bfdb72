import { usd } from '../../../../test/support/ledger.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { Instant } from '../../../kernel/time.js';
import { auditLedger } from '../ledger.audit.js';
import { ledgerDecider } from '../ledger.decide.js';
import type { LedgerCommand } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import { balanceOf, emptyLedger, type Account, type Ledger } from '../ledger.state.js';
import { TaxAudit } from './tax.audit.js';

const now = 1_000 as Instant;
const N = 'HR-2026-000001';

class Books {
  readonly state: Ledger = emptyLedger();

  send(command: LedgerCommand): readonly LedgerEvent[] {
    const decision = ledgerDecider.decide(command, this.state);
    if (!decision.accepted) throw new Error(decision.rejection.code);
    decision.events.forEach((event) => ledgerDecider.evolve(this.state, event));
    auditLedger(this.state);
    return decision.events;
  }

  topUp(amount: number): readonly LedgerEvent[] {
    return this.send({ type: 'CreditTopUp', topUpId: `t-${amount}`, amount: usd(amount), paymentReference: 'p', now });
  }

  charge(amount: number, invoiceNumber = N): readonly LedgerEvent[] {
    return this.send({ type: 'ChargeTax', invoiceNumber, amount: usd(amount), now });
  }

  giveBack(amount: number, documentNumber = 'CN-2026-000001'): readonly LedgerEvent[] {
    return this.send({ type: 'ReturnTax', documentNumber, invoiceNumber: N, amount: usd(amount), now });
  }

  shown(): unknown {
    const accounts: readonly Account[] = ['wallet', 'receivable', 'uncollected', 'taxes'];
    return accounts.map((account) => balanceOf(this.state, account));
  }
}

describe('the tax of an invoice', () => {
  it.each<[string, number, unknown]>([
    // wallet before, then wallet, receivable, uncollected and taxes after 19 were charged
    ['what the wallet holds', 30, [11n, 0n, 0n, 19n]],
    ['what it holds of it, and owes the rest', 8, [0n, -11n, 11n, 8n]],
    ['nothing, and owes all', 0, [0n, -19n, 19n, 0n]],
  ])('takes %s', (_what, wallet, after) => {
    const books = new Books();
    if (wallet > 0) books.topUp(wallet);
    const [event] = books.charge(19);
    expect(event).toMatchObject({ type: 'TaxCharged', invoiceNumber: N, amount: 19n });
    expect(books.shown()).toEqual(after);
  });

  it('is collected from what comes in, as other dues, and is forgotten then', () => {
    const books = new Books();
    books.charge(19);
    expect(books.topUp(12).map(({ type }) => type)).toEqual(['TopUpCredited', 'TaxCollected']);
    expect(books.shown()).toEqual([0n, -7n, 7n, 12n]);
    books.topUp(10);
    expect(books.shown()).toEqual([3n, 0n, 0n, 19n]);
    expect(books.state.taxes.size).toBe(0);
  });

  it.each<[string, number, number, unknown]>([
    // wallet before, given back, then wallet, receivable, uncollected, taxes
    ['into the wallet where it was paid', 30, 9, [20n, 0n, 0n, 10n]],
    ['first from what is owed', 8, 9, [0n, -2n, 2n, 8n]],
    ['then from what was paid', 8, 15, [4n, 0n, 0n, 4n]],
    ['all of it', 8, 19, [8n, 0n, 0n, 0n]],
  ])('comes back %s', (_what, wallet, amount, after) => {
    const books = new Books();
    books.topUp(wallet);
    books.charge(19);
    books.giveBack(amount);
    expect(books.shown()).toEqual(after);
  });

  it('that comes back pays what else is owed, and never itself', () => {
    const books = new Books();
    books.topUp(8);
    books.charge(19);
    books.charge(5, 'HR-2026-000002');
    // 11 are owed and forgiven; the 4 that were paid pay the other.
    expect(books.giveBack(15).map(({ type }) => type)).toEqual(['TaxReturned', 'TaxCollected']);
    expect(books.shown()).toEqual([0n, -1n, 1n, 8n]);
    expect([...books.state.taxes.keys()]).toEqual(['HR-2026-000002']);
  });

  it('is never given back beyond what was paid', () => {
    const books = new Books();
    books.topUp(30);
    books.charge(19);
    expect(() => books.giveBack(20)).toThrow('taxes would be at');
  });
});

describe('the audit of taxes', () => {
  const organizationId = 'o' as OrganizationId;
  const tax = { calculationId: 'c', items: [], lines: [], amount: usd(19) };
  const sums = { charges: usd(100), credits: usd(0), onCreditLine: usd(0), lines: [], issuedAt: now, dueAt: null, statementNumber: null, parties: null, layout: 2 } as const;
  const issued = { type: 'InvoiceIssued', number: N, organizationId, month: '2026-11', through: 1, ...sums, tax } as const;
  const charged = { type: 'TaxCharged', invoiceNumber: N, chargedAt: now, amount: usd(19), collected: usd(19), postings: [] } as const;
  const returned = { type: 'TaxReturned', documentNumber: N, invoiceNumber: N, amount: usd(19), forgiven: usd(0), postings: [] } as const;
  const voided = { type: 'InvoiceVoided', number: N, organizationId, reason: 'wrong', voidedAt: now } as const;
  const other = 'p' as OrganizationId;

  it.each<[string, (audit: TaxAudit) => void, string | null]>([
    ['nothing wrong', (audit) => [audit.seeBooks(charged, organizationId), audit.seeDocument(issued)], null],
    ['nothing wrong while it is on its way', (audit) => audit.seeDocument(issued), null],
    ['nothing wrong with a void invoice', (audit) => [audit.seeDocument(issued), audit.seeDocument(voided), audit.seeBooks(charged, organizationId), audit.seeBooks(returned, organizationId)], null],
    ['tax without an invoice', (audit) => audit.seeBooks(charged, organizationId), 'charged as the invoice does not say'],
    ['tax in other books', (audit) => [audit.seeDocument(issued), audit.seeBooks(charged, other)], 'charged as the invoice does not say'],
    ['another tax', (audit) => [audit.seeDocument(issued), audit.seeBooks({ ...charged, amount: usd(18) }, organizationId)], 'charged as the invoice does not say'],
    ['tax twice', (audit) => [audit.seeDocument(issued), audit.seeBooks(charged, organizationId), audit.seeBooks(charged, organizationId)], 'twice'],
    ['tax given back without a reason', (audit) => [audit.seeDocument(issued), audit.seeBooks(charged, organizationId), audit.seeBooks(returned, organizationId)], 'given back'],
  ])('finds %s', (_what, see, lie) => {
    const audit = new TaxAudit();
    see(audit);
    if (lie === null) expect(audit.end()).toBeNull();
    else expect(audit.end()).toContain(lie);
  });
});
