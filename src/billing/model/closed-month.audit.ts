import { plus, type Instant } from '../../kernel/time.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Charge } from './charge.js';
import type { InvoiceEvent, MonthClosed } from './invoice-register.events.js';
import { GRACE_PERIOD } from './closing.js';
import { monthFinalAt } from './month-close.decide.js';

/**
 * Months that were closed without an invoice: none while something could still be charged for it, once each, none that has an
 * invoice, and none in whose books, as they were then, something is charged for it. What is charged for it since is on a
 * later invoice, as of any closed month.
 */
export class ClosedMonthAudit {
  private readonly closed = new Map<string, MonthClosed>();
  /** Numbers of invoices that count, by month, and when one was made void last. */
  private readonly invoiced = new Map<string, Set<string>>();
  private readonly voided = new Map<string, Instant>();
  private readonly months = new Map<string, string>();
  /** Where in the books a month is charged first. */
  private readonly charged = new Map<string, number>();
  private lie: string | null = null;

  seeDocument(event: InvoiceEvent): void {
    if (event.type === 'MonthClosed') this.close(event);
    if (event.type === 'InvoiceIssued') this.invoice(keyOf(event.organizationId, event.month), event.number);
    if (event.type === 'InvoiceVoided') this.makeVoid(event.number, event.voidedAt);
  }

  seeCharge(ownerId: OrganizationId, { month }: Pick<Charge, 'month'>, version: number): void {
    const key = keyOf(ownerId, month);
    if (!this.charged.has(key)) this.charged.set(key, version);
  }

  /** What is wrong, or null. */
  end(): string | null {
    if (this.lie !== null) return this.lie;
    for (const [key, { through }] of this.closed) {
      const version = this.charged.get(key);
      if (version !== undefined && version <= through) return `I3: month ${key} is closed without an invoice, and version ${version} charges for it`;
    }
    return null;
  }

  private close(event: MonthClosed): void {
    const key = keyOf(event.organizationId, event.month);
    if (this.isClosed(key)) this.lie ??= `I3: month ${key} is closed twice`;
    if (event.closedAt < Math.max(monthFinalAt(event.month), this.mendedAt(key))) this.lie ??= `I3: month ${key} is closed too early`;
    this.closed.set(key, event);
  }

  private isClosed(key: string): boolean {
    return this.closed.has(key) || (this.invoiced.get(key)?.size ?? 0) > 0;
  }

  /** When those who made its invoice void have had time to mend what was wrong. */
  private mendedAt(key: string): number {
    const since = this.voided.get(key);
    return since === undefined ? 0 : plus(since, GRACE_PERIOD);
  }

  private invoice(key: string, number: string): void {
    if (this.closed.has(key)) this.lie ??= `I3: month ${key} is closed without an invoice, and has ${number}`;
    this.invoiced.set(key, (this.invoiced.get(key) ?? new Set()).add(number));
    this.months.set(number, key);
  }

  private makeVoid(number: string, voidedAt: Instant): void {
    const key = this.months.get(number) ?? '';
    this.invoiced.get(key)?.delete(number);
    this.voided.set(key, voidedAt);
  }
}

const keyOf = (organizationId: OrganizationId, month: string): string => `${organizationId} ${month}`;
