import fc from 'fast-check';
import { credit, EXCHANGE, LedgerStory, posted, reservation, SELLER, topUp, usd, type Untimed } from '../../../test/support/ledger.js';
import { hour } from '../../../test/support/market.js';
import { formatInstant } from '../../kernel/time.js';
import { chargedSpans } from './credit-limit.js';
import { auditLedger } from './ledger.audit.js';
import type { LedgerEvent } from './ledger.events.js';

// An invoice charged R for the first four hours, and S for its use in the second.
const R = reservation('R');
const judged = (of: number): string => `m~r1/${formatInstant(hour(of))}/1`;
const recounted = (of: number): string => `m~r1/usage/${formatInstant(hour(of))}/1`;
let count = 0;

/** An invoice charged what is given back and what is left. */
const watch = (givenBack: number | bigint, left: number | bigint, invoiceNumber = 'HR-1', from = 0): Untimed => ({
  ...{ type: 'WatchCredits', invoiceNumber, reservationId: R, issuerId: EXCHANGE, givenBack: usd(0), charged: usd(BigInt(givenBack) + BigInt(left)) },
  ...{ delivered: { start: hour(from), end: hour(from + 4) }, used: { start: hour(from + 1), end: hour(from + 2) } },
  ...{ voided: [], watchedAfter: 0 },
});
const counted = (givenBack: number | bigint, invoiceNumber = 'HR-1', creditedBefore = 0): Untimed => ({
  ...{ type: 'LimitCredits', invoiceNumber, reservationId: R, creditedBefore: usd(creditedBefore), givenBack: usd(givenBack), amount: usd(0) },
});
const setAside = (amount: number | bigint, invoiceNumber = 'HR-1'): Untimed => ({
  ...{ type: 'LimitCredits', invoiceNumber, reservationId: R, creditedBefore: usd(0), givenBack: usd(0), amount: usd(amount) },
});
/** A note is issued that leaves so much. */
const limit = (givenBack: number | bigint, left: number | bigint, invoiceNumber = 'HR-1', from = 0): readonly Untimed[] => [
  watch(givenBack, left, invoiceNumber, from),
  counted(givenBack, invoiceNumber),
];
const arrives = (amount: number | bigint, evidence: string, changes: object = {}): Untimed =>
  ({
    ...{ type: 'ReceiveTransfer', transferId: `t${(count += 1)}`, fromId: SELLER, kind: 'credit', reservationId: R },
    ...{ amount: usd(amount), evidence, parts: [], ...changes },
  }) as Untimed;
const takenBack = (amount: number | bigint, evidence: string, creditId = `K${(count += 1)}`): Untimed =>
  ({ ...credit('R', amount, SELLER, hour(0), creditId), evidence }) as Untimed;
/** What left for whoever issued the note. */
const goneOn = (events: readonly LedgerEvent[]): bigint =>
  events.flatMap((event) => ('transfers' in event ? event.transfers : [])).filter(({ toId }) => toId === EXCHANGE).reduce((sum, { amount }) => sum + amount, 0n);
const claimed = (events: readonly LedgerEvent[]): bigint =>
  events.flatMap((event) => (event.type === 'CreditCharged' ? event.claims : [])).reduce((sum, { amount }) => sum + amount, 0n);

describe('a credit that comes after a credit note', () => {
  it.each<[string, readonly Untimed[], Untimed, readonly string[]]>([
    ['stays as far as the charge goes, and the rest goes to who gave it back', [...limit(60, 30)], arrives(40, judged(1)), ['clearing -30 = -30', 'wallet 30 = 30']],
    ['goes on whole where nothing is left', [...limit(90, 0)], arrives(40, judged(1)), []],
    ['is counted with those before it', [...limit(60, 30), arrives(25, judged(1))], arrives(25, judged(2)), ['clearing -5 = -30', 'wallet 5 = 30']],
    ['of use that was counted too high counts on what was charged for use', [...limit(60, 10)], arrives(40, recounted(1)), ['clearing -10 = -10', 'wallet 10 = 10']],
    ['is not limited for use that the invoice did not charge', [...limit(60, 10)], arrives(40, recounted(2)), ['clearing -40 = -40', 'wallet 40 = 40']],
    ['nor for an hour that it did not', [...limit(60, 10)], arrives(40, judged(4)), ['clearing -40 = -40', 'wallet 40 = 40']],
    ['nor of another reservation', [...limit(60, 10)], arrives(40, judged(1), { reservationId: reservation('S') }), ['clearing -40 = -40', 'wallet 40 = 40']],
    ['nor are damages', [...limit(60, 10)], arrives(40, judged(1), { kind: 'penalty' }), ['clearing -40 = -40', 'wallet 40 = 40']],
    ['nor is what a note pays', [...limit(60, 10)], arrives(60, 'CN-2026-000001'), ['clearing -60 = -60', 'wallet 60 = 60']],
    ['has less room after another note', [...limit(60, 30), ...limit(80, 10)], arrives(40, judged(1)), ['clearing -10 = -10', 'wallet 10 = 10']],
    ['has the room that credits since the first note left', [...limit(60, 30), arrives(25, judged(1)), ...limit(63, 27)], arrives(9, judged(2)), ['clearing -2 = -27', 'wallet 2 = 27']],
    ['counts on the invoice that leaves most of an hour that two charged', [...limit(60, 1), ...limit(5, 30, 'HR-2')], arrives(20, judged(1)), ['clearing -20 = -20', 'wallet 20 = 20']],
  ])('%s', (_what, given, command, lines) => {
    const before = new LedgerStory().given(...given);
    const decision = before.send(command);
    expect(posted(decision)).toEqual(['TransferReceived', ...lines.map((line) => `  ${line}`)]);
    const amount = 'amount' in command ? command.amount : 0n;
    const stayed = BigInt(/wallet (\d+)/.exec(lines.join())?.[1] ?? 0);
    expect(decision.accepted && goneOn(decision.events)).toBe(amount - stayed);
  });

  it('said again about a note that is known changes nothing', () => {
    const story = new LedgerStory().given(...limit(60, 30), arrives(25, judged(1)));
    expect(story.ask(counted(60))).toEqual({ accepted: true, events: [] });
  });

  it('and is taken back comes first from where it went', () => {
    const story = new LedgerStory().given(topUp(100), ...limit(60, 30), arrives(40, judged(1)));
    const decision = story.send(takenBack(15, judged(1), 'K'));
    expect(decision.accepted && decision.events).toMatchObject([
      { amount: 5n, transfers: [{ toId: SELLER, amount: 5n }], claims: [{ creditId: 'R/K/on', fromId: EXCHANGE, amount: 10n }] },
    ]);
    // Of the 25 that are credited now 25 stay: there is room again.
    expect(posted(story.send(arrives(9, judged(2))))).toEqual(['TransferReceived', '  clearing -5 = -30', '  wallet 5 = 130']);
  });
});

describe('whatever is given back of a charge, in any order', () => {
  const amount = fc.bigInt(1n, 60n);
  const hours = fc.nat(4);
  const steps = fc.array(
    fc.oneof(
      fc.record({ what: fc.constant('note' as const), amount }),
      fc.record({ what: fc.constant('credit' as const), of: hours, amount }),
      fc.record({ what: fc.constant('fall' as const), of: hours, amount }),
    ),
    { maxLength: 24, size: 'max' },
  );

  it('is never more than the charge once there is a note, and everybody else gives and gets the same as without', () => {
    let passed = 0;
    fc.assert(
      fc.property(steps, (given) => {
        const CHARGE = 100n;
        const story = new LedgerStory().given(topUp(10_000));
        const credits = [0n, 0n, 0n, 0n, 0n];
        let [notes, kept, isLimited] = [0n, 0n, false];
        for (const step of given) {
          if (step.what === 'note') {
            const left = CHARGE - notes - kept;
            const note = step.amount < left ? step.amount : left;
            if (note <= 0n) continue;
            notes += note;
            isLimited = true;
            story.given(watch(0n, CHARGE), counted(0n, 'HR-1', Number(kept)), setAside(note));
            continue;
          }
          const isRise = step.what === 'credit';
          const credited = credits[step.of] ?? 0n;
          // A judgement gives back no more than its hour, and takes back no more than it gave.
          const most = isRise ? 25n - credited : credited;
          const change = step.amount < most ? step.amount : most;
          if (change <= 0n) continue;
          const wallet = story.balance('wallet');
          const decision = story.send(isRise ? arrives(change, judged(step.of)) : takenBack(change, judged(step.of)));
          if (!decision.accepted) throw new Error(decision.rejection.code);
          credits[step.of] = credited + (isRise ? change : -change);
          const elsewhere = isRise ? goneOn(decision.events) : claimed(decision.events);
          passed += Number(elsewhere > 0n);
          const moved = story.balance('wallet') - wallet;
          expect(moved).toBe(isRise ? change - elsewhere : elsewhere - change);
          // The fifth hour is another invoice's.
          if (step.of < 4) kept += moved;
          else expect(elsewhere).toBe(0n);
          if (isLimited) expect(kept + notes).toBeLessThanOrEqual(CHARGE);
        }
        auditLedger(story.state);
        // What stays is all that was credited, as far as the charge goes.
        const all = credits.slice(0, 4).reduce((sum, one) => sum + one, 0n);
        const room = CHARGE - notes;
        expect(kept).toBe(!isLimited || all < room ? all : room);
      }),
    );
    expect(passed).toBeGreaterThan(50);
  });
});

it('an invoice charged capacity and use in the hours of its lines, and credits are none', () => {
  const line = (kind: 'delivery' | 'overage' | 'credit', amount: bigint, [from, to]: readonly [number, number | null], reservationId = 'R') => ({
    ...{ kind, amount, reservationId, evidence: null, version: 1 },
    served: { start: hour(from), end: to === null ? null : hour(to) },
  });
  const lines = [line('delivery', 5n, [3, 4]), line('delivery', 5n, [1, 3]), line('overage', 5n, [2, null]), line('credit', 9n, [9, null]), line('delivery', 5n, [7, 8], 'S')];
  expect(chargedSpans(lines, 'R')).toEqual({ delivered: { start: hour(1), end: hour(4) }, used: { start: hour(2), end: hour(3) } });
  expect(chargedSpans(lines, 'Q')).toEqual({ delivered: null, used: null });
});
