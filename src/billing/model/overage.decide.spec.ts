import { hour } from '../../../test/support/market.js';
import {
  basisPoints,
  eventsOf,
  LedgerStory,
  overage,
  posted,
  splitOf,
  topUp,
  transferred,
} from '../../../test/support/ledger.js';
import type { Instant } from '../../kernel/time.js';
import { auditLedger } from './ledger.audit.js';
import type { OverageCollected } from './ledger.events.js';

const withWallet = (amount: number): LedgerStory =>
  amount === 0 ? new LedgerStory() : new LedgerStory().given(topUp(amount));

describe('overage', () => {
  it.each([
    // wallet   charged   lines
    [100, ['  wallet -60 = 40', '  clearing 60 = 60']],
    [60, ['  wallet -60 = 0', '  clearing 60 = 60']],
    [
      20,
      [
        ...['  wallet -20 = 0', '  receivable -40 = -40'],
        ...['  uncollected 40 = 40', '  clearing 20 = 20'],
      ],
    ],
    [0, ['  receivable -60 = -60', '  uncollected 60 = 60']],
  ])('is paid from a wallet of %s as far as it goes', (wallet, lines) => {
    const story = withWallet(wallet);
    expect(posted(story.send(overage('R', hour(1), 60)))).toEqual(['OverageCharged', ...lines]);
    auditLedger(story.state);
  });

  it('says what it is for, by token class and served tier, and so does what comes on top', () => {
    const story = withWallet(1_000).given(overage('R', hour(1), 60), overage('R', hour(1), 90), overage('R', hour(1), 40));
    const charged = story.events.flatMap((event) => (event.type === 'OverageCharged' ? [event] : []));
    expect(charged.map(({ amount }) => amount)).toEqual([60n, 30n]);
    expect(charged.map(({ parts }) => parts.map(({ tokenClass, tier, amount }) => `${tokenClass} ${tier} ${amount}`))).toEqual([
      ['input batch 31', 'output batch 12', 'output standard 13', 'reasoning null 4'],
      ['input batch 16', 'output batch 6', 'output standard 6', 'reasoning null 2'],
    ]);
  });

  it.each([
    // totals that come one after the other   what each one adds
    [[60, 60], [60n, null]],
    [[60, 90], [60n, 30n]],
    [[60, 40, 70], [60n, -20n, 30n]],
    [[60, 0, 0], [60n, -60n, null]],
    [[0, 5], [null, 5n]],
  ])('for one hour comes to the last total of %j', (totals, added) => {
    const story = withWallet(1_000);
    const amounts = totals.map((total) => {
      const [event] = eventsOf(story.send(overage('R', hour(1), total)));
      if (event?.type === 'OverageReduced') return -event.amount;
      return event?.type === 'OverageCharged' ? event.amount : null;
    });
    expect(amounts).toEqual(added);
    auditLedger(story.state);
  });

  it('is of the month of its hour, whenever it is booked', () => {
    const months = (total: number, story: LedgerStory): unknown =>
      eventsOf(story.send(overage('R', endOf2026, total))).map((event) => ('month' in event ? event.month : null));
    const endOf2026 = Date.parse('2026-12-31T23:00:00Z') as Instant;
    const story = withWallet(100);
    expect([months(60, story), months(20, story), months(50, story)]).toEqual([['2026-12'], ['2026-12'], ['2026-12']]);
  });

  it('pays those it is meant for only with money that is there', () => {
    const story = withWallet(40).given(overage('R', hour(1), 1_000));
    expect(transferred(story.events)).toEqual(['overage org-seller 39', 'fee org-exchange 1']);
    story.given(topUp(960, 'T2'));
    const paid = transferred(story.events);
    expect(paid.slice(2)).toEqual(['overage org-seller 936', 'fee org-exchange 24']);
    const names = story.events.flatMap((event) =>
      'transfers' in event ? event.transfers.map(({ transferId }) => transferId) : [],
    );
    expect(new Set(names).size).toBe(4);
    auditLedger(story.state);
  });

  it.each([
    // wallet   lines of 60 that become 25   what is claimed back
    [100, [], ['org-seller 34', 'org-exchange 1']],
    [0, ['  receivable 35 = -25', '  uncollected -35 = 25'], []],
    [20, ['  receivable 35 = -5', '  uncollected -35 = 5'], []],
    [40, ['  receivable 20 = 0', '  uncollected -20 = 0'], ['org-seller 15']],
  ])('that falls, of a wallet of %s, is owed no more before it is claimed back', (wallet, lines, claims) => {
    const story = withWallet(wallet).given(overage('R', hour(1), 60));
    const decision = story.send(overage('R', hour(1), 25));
    expect(posted(decision)).toEqual(['OverageReduced', ...lines]);
    const [reduced] = eventsOf(decision);
    const claimed = reduced?.type === 'OverageReduced' ? reduced.claims : [];
    expect(claimed.map(({ fromId, amount }) => `${fromId} ${amount}`)).toEqual(claims);
    expect(reduced).toMatchObject({ evidence: 'R/usage/25' });
    auditLedger(story.state);
  });

  it('that falls and grows again pays under names of its own', () => {
    const story = withWallet(1_000).given(
      ...[60, 20, 60, 0, 60].map((total) => overage('R', hour(1), total)),
    );
    const named = story.events.flatMap((event) => [
      ...('transfers' in event ? event.transfers.map(({ transferId }) => transferId) : []),
      ...(event.type === 'OverageReduced' ? event.claims.map(({ creditId }) => creditId) : []),
    ]);
    expect(new Set(named).size).toBe(named.length);
    expect(story.balance('clearing')).toBe(160n);
    auditLedger(story.state);
  });

  it('that is owed is collected with the oldest hour first', () => {
    const story = new LedgerStory().given(
      overage('B', hour(3), 10),
      overage('A', hour(1), 20),
      overage('C', hour(2), 30),
      overage('A', hour(2), 40),
    );
    expect(story.balance('receivable')).toBe(-100n);
    const collected = (amount: number, id: string): readonly unknown[] =>
      eventsOf(story.send(topUp(amount, id))).slice(1).map((event) => {
        const { reservationId, hour: at, amount: part } = event as OverageCollected;
        return [reservationId, at, part];
      });
    expect(collected(25, 'T1')).toEqual([['A', hour(1), 20n], ['C', hour(2), 5n]]);
    expect(collected(30, 'T2')).toEqual([['C', hour(2), 25n], ['A', hour(2), 5n]]);
    expect(collected(100, 'T3')).toEqual([['A', hour(2), 35n], ['B', hour(3), 10n]]);
    expect(collected(1, 'T4')).toEqual([]);
    expect(story.balance('wallet')).toBe(56n);
    auditLedger(story.state);
  });

  it('that grows while part of it is owed is owed as one', () => {
    const story = withWallet(10).given(overage('R', hour(1), 30), overage('R', hour(1), 50));
    expect(story.balance('receivable')).toBe(-40n);
    story.given(topUp(15, 'T2'), overage('R', hour(1), 55), topUp(100, 'T3'));
    expect(story.balance('receivable')).toBe(0n);
    expect(story.balance('wallet')).toBe(70n);
    auditLedger(story.state);
  });

  it('is shared so that no part falls when the exchange changes its fee', () => {
    const split = (fee: number): ReturnType<typeof splitOf> =>
      splitOf({ royalty: basisPoints(0), fee: basisPoints(fee) });
    const story = withWallet(100).given(overage('R', hour(1), 10, split(5_000)), overage('R', hour(1), 12, split(0)));
    expect(transferred(story.events)).toEqual([
      'overage org-seller 5',
      'fee org-exchange 5',
      'overage org-seller 2',
    ]);
  });
});

describe('hours that are final', () => {
  const DAYS = 24;
  const keys = ({ state }: LedgerStory): readonly string[] => [...state.overages.keys()];

  it('are forgotten once they are paid, by what is charged for an hour 45 days later, and then are not charged again', () => {
    const story = withWallet(1_000).given(overage('R', hour(1), 60), overage('R', hour(30), 60));
    story.given(overage('R', hour(45 * DAYS), 10));
    // To the day: of the day in which the first hour is, something may come yet.
    expect(story.state.overages.size).toBe(3);
    story.given(overage('R', hour(46 * DAYS), 10));
    expect(story.events.at(-1)).toMatchObject({ type: 'OveragesFinal', postings: [] });
    expect(keys(story)).toEqual([hour(30), hour(45 * DAYS), hour(46 * DAYS)].map((at) => `R ${at}`));
    const before = story.state.overagesFinalBefore;
    expect(story.send(overage('R', hour(1), 90))).toEqual({ accepted: false, rejection: { code: 'HOUR_FINAL', before } });
    expect(eventsOf(story.send(overage('R', hour(30), 61)))).toMatchObject([{ type: 'OverageCharged', amount: 1n }]);
    auditLedger(story.state);
  });

  it('are kept for as long as something is owed for them, and forgotten with the last of it', () => {
    const story = withWallet(40).given(overage('R', hour(1), 60), overage('R', hour(60 * DAYS), 0), overage('S', hour(2), 0));
    story.given(topUp(5, 'T2'), overage('R', hour(60 * DAYS), 5));
    expect(story.events.some(({ type }) => type === 'OveragesFinal')).toBe(false);
    story.given(topUp(100, 'T3'), overage('R', hour(61 * DAYS), 1));
    expect(story.events.filter(({ type }) => type === 'OveragesFinal')).toHaveLength(1);
    expect(keys(story)).toEqual([hour(60 * DAYS), hour(61 * DAYS)].map((at) => `R ${at}`));
    auditLedger(story.state);
  });

  it('take a year of use in a state of 46 days', () => {
    const story = withWallet(1_000_000);
    let most = 0;
    for (let day = 0; day < 365; day += 1) {
      story.given(overage('R', hour(day * DAYS), 1));
      most = Math.max(most, story.state.overages.size);
    }
    expect(most).toBeLessThanOrEqual(47);
    expect(story.events.filter(({ type }) => type === 'OverageCharged')).toHaveLength(365);
  });
});
