import { hours } from '../../test/support/market.js';
import { order, reservation, splitOf, usd } from '../../test/support/ledger.js';
import { ledgerCodec, type Books, type LedgerEvent } from '../billing/contract.js';
import type { RecordedEvent } from '../eventstore/event.js';
import type { QuoteId } from '../kernel/ids.js';
import { HOUR_MS } from '../kernel/time.js';
import { moneyFlow } from './money.process.js';

const funded = (orderId: 'O' | null, quoteId: string | null = null): LedgerEvent => ({
  ...{ type: 'EscrowFunded', orderId: orderId && order(orderId), reservationId: reservation('R') },
  quoteId: quoteId as QuoteId | null,
  ...{ split: splitOf(), window: hours(24, 28), grid: HOUR_MS, amount: usd(4), spent: null, postings: [] },
});

/** Calls that an event in the books of `buyer` leads to. */
async function callsOf(event: LedgerEvent): Promise<readonly string[]> {
  const calls: string[] = [];
  const books = {
    sendOrder: async (...given: unknown[]) => void calls.push(`sendOrder ${given.join(' ')}`),
    confirmOrRelease: async (...given: unknown[]) => void calls.push(`confirmOrRelease ${given.join(' ')}`),
    acceptOrRelease: async (...given: unknown[]) => void calls.push(`acceptOrRelease ${given.join(' ')}`),
  };
  const recorded = { stream: 'ledger-buyer', ...ledgerCodec.encode(event) } as unknown as RecordedEvent;
  await moneyFlow(books as unknown as Books).handle([recorded]);
  return calls;
}

describe('money flow', () => {
  it.each<[string, LedgerEvent, readonly string[]]>([
    ['a payment from the wallet moves title', funded(null), ['confirmOrRelease buyer R']],
    ['a payment for a part of a quote moves title to all of it', funded(null, 'Q'), ['acceptOrRelease buyer Q']],
    ['a fill moved title already', funded('O'), []],
    ['money is set aside', { type: 'FundsReserved', orderId: order('O'), amount: usd(4), request: 'asked', spent: null, postings: [] }, ['sendOrder buyer asked 4']],
    ['money came back', { type: 'FundsReleased', orderId: order('O'), amount: usd(4), endedAt: null, postings: [] }, []],
  ])('%s', async (_what, event, calls) => {
    expect(await callsOf(event)).toEqual(calls);
  });
});
