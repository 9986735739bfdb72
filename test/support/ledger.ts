import { finalBefore, type MixPart } from '../../src/metering/contract.js';
import type { TeamUse } from '../../src/allocation/contract.js';
import type { Spending } from '../../src/billing/model/controls/controls.commands.js';
import type { LedgerCommand, LedgerRejection } from '../../src/billing/model/ledger.commands.js';
import { ledgerDecider } from '../../src/billing/model/ledger.decide.js';
import type { LedgerEvent } from '../../src/billing/model/ledger.events.js';
import {
  balanceOf,
  emptyLedger,
  type Account,
  type Ledger,
  type SaleSplit,
} from '../../src/billing/model/ledger.state.js';
import type { Decision } from '../../src/kernel/decider.js';
import type { OrderId, OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../src/kernel/money.js';
import { HOUR_MS, type Instant } from '../../src/kernel/time.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { StepFunction } from '../../src/kernel/step-function.js';
import { hour, hours } from './market.js';

export const SELLER = 'org-seller' as OrganizationId;
export const PROVIDER = 'org-provider' as OrganizationId;
export const EXCHANGE = 'org-exchange' as OrganizationId;
export const reservation = (name: string): ReservationId => name as ReservationId;
export const order = (name: string): OrderId => name as OrderId;
export const usd = (micro: number | bigint): MicroUsd => BigInt(micro) as MicroUsd;
export const basisPoints = (value: number): BasisPoints => value as BasisPoints;

/** A resale: 2.5 % to the exchange, 5 % to the provider, the rest to the seller. */
export const splitOf = (changes: Partial<SaleSplit> = {}): SaleSplit => ({
  sellerId: SELLER,
  providerId: PROVIDER,
  exchangeId: EXCHANGE,
  royalty: basisPoints(500),
  fee: basisPoints(250),
  ...changes,
});

export type Untimed<Command = LedgerCommand> = Command extends unknown ? Omit<Command, 'now'> : never;
export type LedgerDecision = Decision<LedgerEvent, LedgerRejection>;

/** A trader who asks by hand. */
export const BY_HAND: Spending = {
  spender: { actor: 'member:trader', memberId: 'trader', role: 'trader', isAttended: true },
  approvalId: 'A',
};

/** Given what is in one organization's books, when a command comes, then … */
export class LedgerStory {
  readonly state: Ledger = emptyLedger();
  readonly events: LedgerEvent[] = [];
  now: Instant = hour(0);

  at(now: Instant): this {
    this.now = now;
    return this;
  }

  /** Decides only. */
  ask(command: Untimed): LedgerDecision {
    return ledgerDecider.decide({ ...command, now: this.now } as LedgerCommand, this.state);
  }

  /** Decides and, when accepted, applies. */
  send(command: Untimed): LedgerDecision {
    const decision = this.ask(command);
    if (decision.accepted) {
      for (const event of decision.events) {
        ledgerDecider.evolve(this.state, event);
        this.events.push(event);
      }
    }
    return decision;
  }

  /** As `send`, for what the story takes for granted. */
  given(...commands: readonly Untimed[]): this {
    for (const command of commands) {
      const decision = this.send(command);
      if (!decision.accepted) throw new Error(`given ${command.type}: ${decision.rejection.code}`);
    }
    return this;
  }

  balance(account: Account): bigint {
    return balanceOf(this.state, account);
  }
}

export const topUp = (amount: number | bigint, topUpId = 'T'): Untimed => ({
  type: 'CreditTopUp',
  topUpId,
  amount: usd(amount),
  paymentReference: `pi_${topUpId}`,
});

export const fund = (
  id: string,
  amount: number | bigint,
  window = hours(24, 28),
  changes: Readonly<Record<string, unknown>> = {},
): Untimed =>
  ({
    type: 'FundEscrow',
    reservationId: reservation(id),
    split: splitOf(),
    window,
    grid: HOUR_MS,
    amount: usd(amount),
    spending: BY_HAND,
    ...changes,
  }) as Untimed;

/** Pays for several reservations at once. */
export const fundAll = (
  ...sales: readonly (readonly [id: string, amount: number | bigint, window?: ReturnType<typeof hours>])[]
): Untimed => ({
  type: 'FundEscrows',
  quoteId: null,
  spending: BY_HAND,
  sales: sales.map(([id, amount, window = hours(24, 28)]) => ({
    ...{ reservationId: reservation(id), split: splitOf(), window, grid: HOUR_MS, amount: usd(amount) },
  })),
});

/** Sets money aside for an order, or more of it. */
export const reserve = (id: string, amount: number | bigint): Untimed => ({
  type: 'ReserveFunds',
  orderId: order(id),
  amount: usd(amount),
  request: 'what the market is asked',
  spending: BY_HAND,
});

/** A fill of an order made a reservation. */
export const capture = (orderId: string, ...given: Parameters<typeof fund>): Untimed => {
  const { type: _type, spending: _spending, ...sale } = fund(...given) as Extract<Untimed, { readonly type: 'FundEscrow' }>;
  return { ...sale, type: 'CaptureFill', orderId: order(orderId) };
};

export const giveBack = (id: string, amount: number | bigint, end: 'final' | 'goes on'): Untimed => ({
  type: 'ReleaseFunds',
  orderId: order(id),
  amount: usd(amount),
  isFinal: end === 'final',
});

export const settle = (id: string, use: TeamUse | null = null): Untimed => ({
  type: 'SettleDelivery',
  reservationId: reservation(id),
  use,
});

export const release = (id: string): Untimed => ({
  type: 'ReleaseEscrow',
  reservationId: reservation(id),
  reason: 'HOLD_EXPIRED',
});

export const cancel = (id: string, fee: number | bigint): Untimed => ({
  type: 'CancelEscrow',
  reservationId: reservation(id),
  fee: usd(fee),
});

/** Weights that divide nothing evenly, at two tiers and at none. */
const MIX: readonly MixPart[] = [
  { tokenClass: 'input', tier: 'batch', tokens: 1_001n, weight: basisPoints(1_000) },
  { tokenClass: 'output', tier: 'batch', tokens: 37n, weight: basisPoints(10_000) },
  { tokenClass: 'output', tier: 'standard', tokens: 41n, weight: basisPoints(10_000) },
  { tokenClass: 'reasoning', tier: null, tokens: 7n, weight: basisPoints(20_000) },
];

export const overage = (
  id: string,
  at: Instant,
  total: number | bigint,
  split = splitOf({ royalty: basisPoints(0) }),
): Untimed => ({
  type: 'ChargeOverage',
  mix: MIX,
  reservationId: reservation(id),
  hour: at,
  teamId: null,
  total: usd(total),
  split,
  evidence: `${id}/usage/${total}`,
  invoiced: null,
  finalBefore: finalBefore(at),
});

/** Some tokens/s of what was bought are lost. */
export const curtail = (
  id: string,
  quantity: number | bigint,
  ...[lost, curtailmentId = 'C']: readonly [lost: StepFunction, curtailmentId?: string]
): Untimed => ({
  type: 'CurtailEscrow',
  reservationId: reservation(id),
  curtailmentId,
  quantity: BigInt(quantity) as Quantity,
  lost,
});

/** On the books of a provider. */
export const penalty = (
  id: string,
  amount: number | bigint,
  ...[holderId, curtailedAt, curtailmentId = 'C']: readonly [
    holderId: OrganizationId,
    curtailedAt: Instant,
    curtailmentId?: string,
  ]
): Untimed => ({
  type: 'ChargePenalty',
  reservationId: reservation(id),
  ...{ curtailmentId, holderId, curtailedAt, amount: usd(amount) },
});

/** On the books of whoever gives it back. */
export const credit = (
  id: string,
  amount: number | bigint,
  ...[toId, at, creditId = 'K']: readonly [toId: OrganizationId, at: Instant, creditId?: string]
): Untimed => ({
  type: 'ChargeCredit',
  reservationId: reservation(id),
  ...{ creditId: `${id}/${creditId}`, toId, hour: at, amount: usd(amount), evidence: `${id}/1`, parts: [] },
});

export const receive = (transferId: string, amount: number | bigint): Untimed => ({
  type: 'ReceiveTransfer',
  transferId,
  fromId: 'org-buyer' as OrganizationId,
  kind: 'proceeds',
  reservationId: reservation('R'),
  amount: usd(amount),
  evidence: null,
  parts: [],
});

/** Event types of an accepted decision, or the code of its rejection. */
export const sent = (decision: LedgerDecision): string =>
  decision.accepted ? decision.events.map(({ type }) => type).join(' ') : decision.rejection.code;

/** Each line of each event, as `account amount = balance`. */
export const posted = (decision: LedgerDecision): readonly string[] =>
  eventsOf(decision).flatMap(({ type, postings }) => [
    type,
    ...postings.map(({ account, amount, balance }) => `  ${account} ${amount} = ${balance}`),
  ]);

/** Who gets what, as `kind organization amount`. */
export const transferred = (events: readonly LedgerEvent[]): readonly string[] =>
  events
    .flatMap((event) => ('transfers' in event ? event.transfers : []))
    .map(({ kind, toId, amount }) => `${kind} ${toId} ${amount}`);

export function eventsOf(decision: LedgerDecision): readonly LedgerEvent[] {
  if (!decision.accepted) throw new Error(`rejected: ${decision.rejection.code}`);
  return decision.events;
}
