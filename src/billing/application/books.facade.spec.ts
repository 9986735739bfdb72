import type { Logger } from '../../platform/logging/logger.js';
import { BooksFacade } from './books.facade.js';

/** The books of one holder, who answers as told, and what they write down. */
function booksThatAnswer(outcome: object): { books: BooksFacade; logged: [object, string][] } {
  const logged: [object, string][] = [];
  const logger = { error: (told: object, text: string) => void logged.push([told, text]) } as unknown as Logger;
  const ledger = { execute: () => Promise.resolve(outcome) };
  const splits = { of: () => Promise.resolve({}) };
  const unused = {};
  const given = [ledger, unused, unused, unused, splits, unused, unused, unused, logger];
  return { books: Reflect.construct(BooksFacade, given) as BooksFacade, logged };
}

const OVERAGE = {
  ...{ holderId: 'org-holder', providerId: 'org-provider', reservationId: 'R', hour: Date.parse('2026-01-05T10:00:00Z') },
  ...{ teamId: null, total: 1_500n, evidence: 'rated/R/1', isConceded: false, finalBefore: Date.parse('2025-11-21T10:00:00Z') },
} as never;

describe('the books, of a reservation that was given back', () => {
  it('say first what was taken of it before, whoever tells them of that later', async () => {
    const calls: string[] = [];
    const ledger = {
      followLosses: async (...whose: readonly string[]) => void calls.push(`losses of ${whose.join(' ')}`),
      execute: async (_holder: string, { type }: { readonly type: string }) => void calls.push(type),
    };
    const orders = { mustBeBooked: () => Promise.resolve() };
    const books = Reflect.construct(BooksFacade, [ledger, null, null, orders]) as BooksFacade;
    await books.cancelEscrow('org-holder' as never, 'R' as never, 0n as never, {} as never);
    expect(calls).toEqual(['losses of org-holder R', 'CancelEscrow']);
  });
});

describe('the books, of use above a reservation', () => {
  it('say when it came too late to be charged', async () => {
    const { books, logged } = booksThatAnswer({ accepted: false, rejection: { code: 'HOUR_FINAL', before: 0 } });
    await books.chargeOverage(OVERAGE, {} as never);
    expect(logged).toEqual([
      [
        { holderId: 'org-holder', reservationId: 'R', hour: Date.parse('2026-01-05T10:00:00Z'), total: '1500', rejection: 'HOUR_FINAL' },
        'use above a reservation was rated too late to be charged or given back',
      ],
    ]);
  });

  it('say nothing of what they charged', async () => {
    const { books, logged } = booksThatAnswer({ accepted: true, events: [] });
    await books.chargeOverage(OVERAGE, {} as never);
    expect(logged).toEqual([]);
  });
});
