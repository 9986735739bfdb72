import { at, closeMonth, issue, Register } from '../../../test/support/invoice-register.js';
import { EXCHANGE, SELLER } from '../../../test/support/ledger.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { plus, type Instant } from '../../kernel/time.js';
import { ClosedMonthAudit } from './closed-month.audit.js';
import type { InvoiceCommand } from './invoice-register.js';
import type { InvoiceEvent, InvoiceIssued, InvoiceVoided, MonthClosed } from './invoice-register.events.js';

function happened<Event extends InvoiceEvent>(...commands: readonly InvoiceCommand[]): Event {
  const register = new Register();
  const events = commands.flatMap((command) => {
    const decision = register.send(command);
    return decision.accepted ? decision.events : [];
  });
  return events.at(-1) as Event;
}

const finalAt = at('2027-01-15T00:00:00Z');
const closed = happened<MonthClosed>(closeMonth({ through: 5 }));
const issued = happened<InvoiceIssued>(issue());
const voided = happened<InvoiceVoided>(issue(), { type: 'VoidInvoice', number: issued.number, reason: 'x', now: plus(finalAt, -1) });
const month = `${SELLER} 2026-11`;

describe('verify', () => {
  const found = (events: readonly InvoiceEvent[], charges: readonly (readonly [string, number])[] = [], owner = SELLER as OrganizationId): string | null => {
    const audit = new ClosedMonthAudit();
    for (const [of, version] of charges) audit.seeCharge(owner, { month: of }, version);
    events.forEach((event) => audit.seeDocument(event));
    return audit.end();
  };
  const late: MonthClosed = { ...closed, closedAt: plus(voided.voidedAt, 3 * 86_400_000) };

  it('takes a month that was closed when it was final, and in which nothing was charged', () => {
    expect(found([closed])).toBeNull();
    expect(found([closed], [['2026-10', 1], ['2026-12', 2]])).toBeNull();
    expect(found([closed], [['2026-11', 1]], EXCHANGE)).toBeNull();
    expect(found([issued, voided, late])).toBeNull();
    // On a later invoice, as of any closed month.
    expect(found([closed], [['2026-11', 6]])).toBeNull();
  });

  it.each<[string, readonly InvoiceEvent[], readonly (readonly [string, number])[], string]>([
    ['too early', [{ ...closed, closedAt: plus(finalAt, -1) }], [], `I3: month ${month} is closed too early`],
    ['before what was made void was mended', [issued, voided, { ...late, closedAt: plus(late.closedAt, -1) as Instant }], [], `I3: month ${month} is closed too early`],
    ['twice', [closed, closed], [], `I3: month ${month} is closed twice`],
    ['beside its invoice', [issued, closed], [], `I3: month ${month} is closed twice`],
    ['and invoiced then', [closed, issued], [], `I3: month ${month} is closed without an invoice, and has HR-2026-000001`],
    ['with a charge in its books', [closed], [['2026-11', 5], ['2026-11', 6]], `I3: month ${month} is closed without an invoice, and version 5 charges for it`],
  ])('finds one that was closed %s', (_what, events, charges, lie) => {
    expect(found(events, charges)).toBe(lie);
  });
});
