import fc from 'fast-check';
import { ledgerCodec } from '../../src/billing/application/ledger.codec.js';
import { chartBalances, type ChartBalance, type PostedSum } from '../../src/billing/model/chart-balances.js';
import { CHART } from '../../src/billing/model/chart-of-accounts.js';
import { JOURNAL_ENTRIES, journalRow, type EntryRow } from '../../src/billing/model/export/books.tables.js';
import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import { Play } from '../support/ledger-play.js';
import { OWNERS, step } from '../support/ledger-steps.js';

const PERIOD = { month: '2026-11', status: 'final' } as const;
const placeOf = (name: string): number => JOURNAL_ENTRIES.columns.findIndex((column) => column.name === name);

function entriesOf(recorded: RecordedEvent): readonly EntryRow[] {
  const event = ledgerCodec.decode(recorded);
  const about = { reservationId: null, orderId: null, transferKind: event.type === 'TransferReceived' ? event.kind : null };
  return event.postings.map((posting, line) => ({ version: recorded.version, line, kind: event.type, postedAt: recorded.occurredAt, ...posting, ...about }));
}

/** Books read line by line: as the journal's file adds them up, and as the read model has them. */
class Reading {
  private readonly journal = new Map<string, bigint>();
  private readonly sums = new Map<string, PostedSum>();

  add(entry: EntryRow): void {
    const row = journalRow(PERIOD, entry);
    const [code, debit, credit] = [String(row[placeOf('account_code')]), BigInt(row[placeOf('debit')] ?? 0), BigInt(row[placeOf('credit')] ?? 0)];
    this.journal.set(code, (this.journal.get(code) ?? 0n) + debit - credit);
    const { account, kind, transferKind, amount, balance } = entry;
    // An account's last balance; sums where one account of the ledger is several of the chart.
    if (account !== 'clearing' && account !== 'uncollected') this.sums.set(account, { account, kind: '', transferKind: null, amount: balance });
    else {
      const key = `${account} ${kind} ${transferKind}`;
      this.sums.set(key, { account, kind, transferKind, amount: (this.sums.get(key)?.amount ?? 0n) + amount });
    }
  }

  chart(): readonly ChartBalance[] {
    return chartBalances([...this.sums.values()]);
  }

  /** The same by the journal. */
  journaled(): readonly (readonly [string, bigint])[] {
    return Object.values(CHART).map(({ code }) => [code, this.journal.get(code) ?? 0n]);
  }
}

describe('the accounts of the chart', () => {
  it('sum to zero after every transaction, and are what the journal says of each', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (given) => {
        const play = new Play();
        await play.run(given);
        await play.arrive();
        for (const owner of OWNERS) {
          const recorded = await play.world.store.readStream(streamId('ledger', owner), 0, 100_000);
          const reading = new Reading();
          for (const one of recorded) {
            entriesOf(one).forEach((entry) => reading.add(entry));
            const chart = reading.chart();
            expect(chart.reduce((sum, { balance }) => sum + balance, 0n)).toBe(0n);
            expect(chart.map(({ code, balance }) => [code, balance])).toEqual(reading.journaled());
            chart.filter(({ balance }) => balance !== 0n).forEach(({ code }) => seen.add(code));
          }
        }
      }),
      { numRuns: 15 },
    );
    // Overage, credits and penalties, given and received, are in these histories: nothing above is true for want of them.
    expect([...seen]).toEqual(expect.arrayContaining(['1200', '2200', '4100', '4200', '6010', '6100', '6110']));
  });
});
