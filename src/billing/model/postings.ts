import { assert } from '../../kernel/assert.js';
import type { MicroUsd } from '../../kernel/money.js';
import { balanceOf, type Account, type Balances } from './ledger.state.js';
import { CURRENCY, type Posting } from './posting.js';

/**
 * The lines of one transaction on balances as they stand. Lines of nothing are left out.
 *
 * @throws InvariantError when they do not sum to zero, or would leave the wallet, seller payable, taxes, a
 *   payout, or what is set aside for an order or a refund below zero (I3)
 */
export function post(
  ledger: Balances,
  lines: readonly (readonly [account: Account, amount: bigint])[],
): readonly Posting[] {
  const sum = lines.reduce((total, [, amount]) => total + amount, 0n);
  assert(sum === 0n, `a transaction sums to ${sum}, not to zero`);
  const postings = lines
    .filter(([, amount]) => amount !== 0n)
    .map(([account, amount]) => {
      const balance = (balanceOf(ledger, account) + amount) as MicroUsd;
      return { account, amount: amount as MicroUsd, balance, currency: CURRENCY };
    });
  const accounts = new Set(postings.map(({ account }) => account));
  assert(accounts.size === postings.length, 'a transaction has one line for each account');
  postings.forEach(({ account, balance }) =>
    assert(balance >= 0n || mayBeNegative(account), `${account} would be at ${balance}`),
  );
  return postings;
}

function mayBeNegative(account: Account): boolean {
  return account !== 'wallet' && account !== 'payable' && account !== 'taxes' && !/^(reserved|payout|refund):/.test(account);
}

type Lines = Parameters<typeof post>[1];

/** What an organization has to pay debts with: what it earned before what it can spend. */
export function meansOf(ledger: Balances): MicroUsd {
  return (balanceOf(ledger, 'payable') + balanceOf(ledger, 'wallet')) as MicroUsd;
}

/** Where a debt is paid from: as long as anything is owed, nothing of it leaves the exchange. */
export function drawn(ledger: Balances, amount: bigint): Lines {
  const payable = balanceOf(ledger, 'payable');
  const earned = payable < amount ? payable : amount;
  return [
    ['payable', -earned],
    ['wallet', earned - amount],
  ];
}

/** Where what is paid of a debt goes: to another organization's books, or to the taxes of these. */
type Payee = Extract<Account, 'clearing' | 'taxes'>;

/** What is due to others: what there is for it is on its way, and the rest is owed. */
export function owing(
  ledger: Balances,
  { amount, collected, to = 'clearing' }: { readonly amount: MicroUsd; readonly collected: MicroUsd; readonly to?: Payee },
): Lines {
  const owed = amount - collected;
  return [
    ...drawn(ledger, collected),
    ['receivable', -owed],
    ['uncollected', owed],
    [to, collected],
  ];
}

/** Some of what was owed is on its way. */
export function collected(ledger: Balances, amount: MicroUsd, to: Payee = 'clearing'): Lines {
  return [
    ...drawn(ledger, amount),
    ['receivable', amount],
    ['uncollected', -amount],
    [to, amount],
  ];
}

/** Some of what was owed is not any more. */
export function forgiven(amount: MicroUsd): Lines {
  return [
    ['receivable', amount],
    ['uncollected', -amount],
  ];
}

/** Balances to work out further transactions on: the books themselves stay as they are, and are not copied. */
export class Draft implements Balances {
  private readonly changed = new Map<Account, MicroUsd>();
  readonly balances: Balances['balances'];

  constructor(ledger: Balances, postings: readonly Posting[] = []) {
    this.balances = { get: (account) => this.changed.get(account) ?? ledger.balances.get(account) };
    this.add(postings);
  }

  add(postings: readonly Posting[]): void {
    for (const { account, balance } of postings) this.changed.set(account, balance);
  }
}

/** A bug would otherwise move money the wrong way. */
export function assertAmount(amount: MicroUsd, least: 0n | 1n = 0n): void {
  assert(amount >= least, `an amount of ${amount} is below ${least}`);
}
