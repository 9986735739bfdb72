import { at, calculated, charge, Register, TAX, waiting } from '../../../test/support/invoice-register.js';
import { EXCHANGE, reservation, usd } from '../../../test/support/ledger.js';
import type { BookedCharge } from './closing.js';
import type { CreditNoteIssued } from './invoice-register.events.js';

const earned = (version: number, month: string): BookedCharge => ({ ...charge(version, month, -5), kind: 'proceeds' });

describe('the number of a statement', () => {
  it('has no gaps for each seller and year, and is there where something was earned', () => {
    const register = new Register();
    const [now, later] = [at('2026-12-01T00:00:00Z'), at('2027-02-01T00:00:00Z')];
    const numbers = [
      register.issued({ charges: [earned(1, '2026-11')], now }),
      register.issued({ organizationId: EXCHANGE, charges: [charge(1), earned(2, '2026-11')], now }),
      register.issued({ charges: [charge(2, '2026-12')], through: 2, month: '2026-12', now: later }),
      register.issued({ charges: [earned(3, '2027-01')], through: 3, month: '2027-01', now: later }),
    ].map(({ number, statementNumber }) => [number, statementNumber]);
    expect(numbers).toEqual([
      ['HR-2026-000001', 'SB-2026-000001'],
      ['HR-2026-000002', 'SB-2026-000001'],
      ['HR-2027-000001', null],
      ['HR-2027-000002', 'SB-2027-000001'],
    ]);
  });

  it('of a void invoice is not given again', () => {
    const register = new Register();
    const { number } = register.issued({ charges: [earned(1, '2026-11')] });
    register.send({ type: 'VoidInvoice', number, reason: 'wrong', now: at('2026-12-02T00:00:00Z') });
    expect(register.issued({ charges: [earned(1, '2026-11')] }).statementNumber).toBe('SB-2026-000002');
  });
});

describe('who a document is from and for', () => {
  it('is said by the event that issues it: by name of a version, since what they say is personal', () => {
    const register = new Register();
    const [before, after] = [{ issuer: 'i1', customer: 'c1' }, { issuer: 'i1', customer: 'c2' }];
    const { number: invoiceNumber, parties } = register.issued({ charges: [charge(1)], parties: before });
    const about = { invoiceNumber, reservationId: reservation('R1'), charged: usd(10), serviceCredits: usd(0), sold: { invoice: usd(10), reservation: usd(10) }, reason: 'price' };
    const noted = register.send({ type: 'IssueCreditNote', ...about, amount: usd(1), parties: after, now: at('2026-12-05T00:00:00Z') });
    expect([parties, noted.accepted && (noted.events[0] as CreditNoteIssued).parties]).toEqual([before, after]);
  });
});

describe('the tax of an invoice', () => {
  it('is on it where it is of its lines, and none is waited for where nothing was sold', () => {
    const charges = [charge(1, '2026-11', 20_000)];
    expect(new Register().issued({ charges, tax: calculated })).toMatchObject({ charges: 20_000n, tax: TAX });
    expect(new Register().issued({ charges }).tax).toBeNull();
    const earned: BookedCharge = { ...charge(1), kind: 'proceeds', amount: usd(-90_000) };
    expect(new Register().issued({ charges: [earned], tax: waiting }).tax).toBeNull();
  });

  it('is given back with credit notes, in proportion, and all of it in the end', () => {
    const register = new Register();
    const { number: invoiceNumber } = register.issued({ charges: [charge(1, '2026-11', 20_000)], tax: calculated });
    const sold = { invoice: usd(20_000), reservation: usd(20_000) };
    const note = (amount: number): unknown => {
      const about = { invoiceNumber, reservationId: reservation('R1'), charged: usd(25_000), serviceCredits: usd(0), sold, reason: 'price', parties: null };
      const decision = register.send({ type: 'IssueCreditNote', ...about, amount: usd(amount), now: at('2026-12-05T00:00:00Z') });
      return decision.accepted ? (decision.events[0] as CreditNoteIssued).tax : decision.rejection.code;
    };
    // Half of a cent is even at nothing; the second half brings it. What was a penalty bears none.
    expect([note(10_000), note(12_000), note(3_000), note(1)]).toEqual([
      { sold: 10_000n, taxable: 10_000n, amount: 0n },
      { sold: 10_000n, taxable: 10_000n, amount: 10_000n },
      { sold: 0n, taxable: 0n, amount: 0n },
      'CREDIT_TOO_HIGH',
    ]);
  });
});
