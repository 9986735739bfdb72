import { Inject, Injectable } from '@nestjs/common';
import { DAY_MS } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { LedgerEntry, Payout, PayoutLine } from '../../platform/prisma/generated/client.js';
import { isEarning } from '../model/payout/earnings.state.js';

/** Told at once of one payout, and of what one line of it is from. */
const LINES_MAX = 500;

export interface PayoutRow extends Payout {
  readonly callStatus: string | null;
}

/** Payouts as rows, and the way from them to the books. */
@Injectable()
export class PayoutQueries {
  constructor(@Inject(Database) private readonly database: Database) {}

  async payouts(
    organizationId: string,
    { first, after }: { readonly first: number; readonly after: readonly string[] | null },
  ): Promise<readonly PayoutRow[]> {
    const [version = ''] = after ?? [];
    const below = /^\d{1,9}$/.test(version) ? Number(version) : 0;
    const rows = await this.database.payout.findMany({
      where: { organizationId, ...(after !== null && { version: { lt: below } }) },
      orderBy: { version: 'desc' },
      take: first + 1,
    });
    return this.withCalls(rows);
  }

  async payout(organizationId: string, payoutId: string): Promise<PayoutRow | null> {
    const row = await this.database.payout.findFirst({ where: { organizationId, payoutId } });
    if (row === null) return null;
    const [shown] = await this.withCalls([row]);
    return shown ?? null;
  }

  /** Behind a line; null: from the first on. */
  async lines({ organizationId, payoutId }: Pick<Payout, 'organizationId' | 'payoutId'>, after: number | null): Promise<readonly PayoutLine[]> {
    return this.database.payoutLine.findMany({
      where: { organizationId, payoutId, line: { gt: after ?? -1 } },
      orderBy: { line: 'asc' },
      take: LINES_MAX,
    });
  }

  lineCount({ organizationId, payoutId }: Pick<Payout, 'organizationId' | 'payoutId'>): Promise<number> {
    return this.database.payoutLine.count({ where: { organizationId, payoutId } });
  }

  /**
   * What came in on the line's day for its reservation under its name; of a payout that came back, the
   * lines that brought it back; of what was carried over, the line that carried it.
   */
  async entries({ organizationId, kind, reservationId, earnedOn, payoutId }: PayoutLine): Promise<readonly LedgerEntry[]> {
    const account = 'payable';
    const day = { gte: earnedOn, lt: new Date(earnedOn.getTime() + DAY_MS) };
    const order = { orderBy: { version: 'asc' }, take: LINES_MAX } as const;
    if (!isEarning(kind)) return this.others({ organizationId, kind, payoutId });
    const entries = await this.database.ledgerEntry.findMany({
      where: { organizationId, account, kind: 'TransferReceived', reservationId, postedAt: day },
      ...order,
    });
    const charges = await this.database.ledgerCharge.findMany({
      where: { organizationId, version: { in: entries.map(({ version }) => version) }, kind },
    });
    const own = new Set(charges.map(({ version }) => version));
    return entries.filter(({ version }) => own.has(version));
  }

  private async others({ organizationId, kind, payoutId }: Pick<PayoutLine, 'organizationId' | 'kind' | 'payoutId'>): Promise<readonly LedgerEntry[]> {
    const { version } = await this.database.payout.findUniqueOrThrow({ where: { payoutId } });
    const kinds = kind === 'carried-over' ? ['PayoutsOpened'] : ['PayoutFailed', 'PayoutReversed'];
    return this.database.ledgerEntry.findMany({
      where: { organizationId, account: 'payable', kind: { in: kinds }, version: { lt: version } },
      orderBy: { version: 'desc' },
      take: LINES_MAX,
    });
  }

  private async withCalls(rows: readonly Payout[]): Promise<readonly PayoutRow[]> {
    const payoutIds = rows.map(({ payoutId }) => payoutId);
    const calls = await this.database.stripeCall.findMany({ where: { callId: { in: payoutIds } } });
    const known = new Map(calls.map(({ callId, status }) => [callId, status]));
    return rows.map((row) => ({ ...row, callStatus: known.get(row.payoutId) ?? null }));
  }
}
