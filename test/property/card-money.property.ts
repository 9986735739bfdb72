import fc from 'fast-check';
import { auditLedger } from '../../src/billing/model/ledger.audit.js';
import { fund, LedgerStory, topUp, usd, type Untimed } from '../support/ledger.js';
import '../support/property-seed.js';

/** What Stripe may tell of: each message comes at least once, in any order. */
const amount = fc.integer({ min: 1, max: 900 });
const messages = fc.record({
  topUps: fc.array(amount, { maxLength: 3 }),
  /** Of disputes: what was taken, and whether it came back. */
  disputes: fc.array(fc.record({ amount, isWon: fc.boolean() }), { maxLength: 3 }),
  /** Refunds of the dashboard, and whether they failed. */
  refunds: fc.array(fc.record({ amount, hasFailed: fc.boolean() }), { maxLength: 2 }),
  /** What became of a refund that was asked for here. */
  own: fc.constantFrom(['paid'] as const, ['returned'] as const, ['paid', 'returned'] as const, [] as const),
});
type Messages = typeof messages extends fc.Arbitrary<infer T> ? T : never;

const [BROUGHT, SPENT, ASIDE] = [1_000, 700, 200];

/** Money in a wallet, most of it spent, some on its way back to its card. */
const before = (): LedgerStory =>
  new LedgerStory().given(topUp(BROUGHT), fund('R', SPENT), {
    ...{ type: 'ReserveRefund', refundId: 'F', topUpId: 'T', amount: usd(ASIDE) },
  });

function commandsOf({ topUps, disputes, refunds, own }: Messages): readonly Untimed[] {
  const movement = (reference: string, cause: 'dispute' | 'refund', much: number) =>
    ({ reference, topUpId: 'T', cause, amount: usd(much) }) as const;
  const pair = (reference: string, cause: 'dispute' | 'refund', much: number, isBack: boolean): Untimed[] => [
    { type: 'WithdrawFunds', movementId: 'out', ...movement(reference, cause, much) },
    ...(isBack ? [{ type: 'ReinstateFunds', movementId: 'back', ...movement(reference, cause, much) } as const] : []),
  ];
  return [
    ...topUps.map((much, index) => topUp(much, `T${index}`)),
    ...disputes.flatMap(({ amount: much, isWon }, index) => pair(`dp_${index}`, 'dispute', much, isWon)),
    ...refunds.flatMap(({ amount: much, hasFailed }, index) => pair(`re_${index}`, 'refund', much, hasFailed)),
    ...own.map((outcome): Untimed => ({ type: 'SettleRefund', refundId: 'F', outcome })),
  ];
}

/** The same, worked out without books: what is there, and never below zero. */
function twin({ topUps, disputes, refunds, own }: Messages): Record<string, bigint> {
  const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
  const gone = sum([
    ...disputes.filter(({ isWon }) => !isWon).map(({ amount: much }) => much),
    ...refunds.filter(({ hasFailed }) => !hasFailed).map(({ amount: much }) => much),
  ]);
  const isReturned = own.some((outcome) => outcome === 'returned');
  const isPaid = own.length > 0 && !isReturned;
  const aside = own.length === 0 ? ASIDE : 0;
  const free = BROUGHT - SPENT - (isReturned ? 0 : ASIDE) + sum(topUps) - gone;
  return {
    wallet: BigInt(Math.max(free, 0)),
    receivable: BigInt(Math.min(free, 0)),
    'refund:F': BigInt(aside),
    'escrow:R': BigInt(SPENT),
    external: BigInt(gone + (isPaid ? ASIDE : 0) - sum(topUps) - BROUGHT),
  };
}

it('whatever Stripe tells, in any order and however often, ends in the same books', () => {
  const told = messages.chain((all) => {
    const commands = commandsOf(all);
    const order = fc.array(fc.nat(Math.max(commands.length - 1, 0)), { maxLength: 2 * commands.length });
    const shuffled = fc.shuffledSubarray(commands.map((_one, index) => index), { minLength: commands.length });
    return fc.tuple(fc.constant(all), shuffled, order);
  });
  fc.assert(
    fc.property(told, ([all, order, again]) => {
      const [commands, story] = [commandsOf(all), before()];
      for (const index of [...order, ...again]) {
        const command = commands[index];
        if (command !== undefined) story.given(command);
        auditLedger(story.state);
        expect(story.balance('wallet')).toBeGreaterThanOrEqual(0n);
      }
      const expected = twin(all);
      const accounts = Object.keys(expected) as never[];
      expect(Object.fromEntries(accounts.map((account) => [account, story.balance(account)]))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
