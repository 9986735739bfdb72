import { accept, reject, type Decision } from '../../kernel/decider.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { DAY_MS, floorToGrid, monthOf, type Instant } from '../../kernel/time.js';
import { claimName, noteOn } from './conceded-count.js';
import type { ChargeOverage, LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent, OverageCollected, OveragesFinal } from './ledger.events.js';
import { overageKey, type Balances, type Ledger, type Overage } from './ledger.state.js';
import { assertAmount, collected as collectedLines, forgiven as forgivenLines, meansOf, owing, post } from './postings.js';
import { overageParts, partsBack, shareOfParts } from './overage-parts.js';
import { isOver } from './overage.evolve.js';
import type { CreditPart } from './transfer.js';
import { partsOf, transfersOf } from './split.js';

const NOTHING_CHARGED = { charged: ZERO_USD, collected: ZERO_USD, parts: [], reductions: 0 };

const least = (a: bigint, b: bigint): MicroUsd => (a < b ? a : b) as MicroUsd;

/**
 * Charges what is due beyond what was charged for the hour before. What the wallet cannot cover is
 * owed, and those it is meant for get it when it is collected: no wallet goes below zero, and nobody
 * is paid with money that is not there. A total below what was charged is given back.
 */
export function chargeOverage(command: ChargeOverage, ledger: Ledger): Decision<LedgerEvent, LedgerRejection> {
  const { hour, finalBefore } = command;
  const { overagesFinalBefore: before } = ledger;
  // What was charged for it may be forgotten: it would be charged again.
  if (hour < before) return reject({ code: 'HOUR_FINAL', before });
  const charged = chargeHour(command, ledger);
  if (!charged.accepted) return charged;
  const final = nowFinal(ledger, floorToGrid(finalBefore, DAY_MS));
  return accept<LedgerEvent>(...charged.events, ...final);
}

/** Once a day, and only where something can be forgotten by it. */
function nowFinal({ overages, overagesFinalBefore }: Ledger, before: Instant): readonly OveragesFinal[] {
  const isNews = before > overagesFinalBefore && [...overages.values()].some((overage) => isOver(overage, before));
  return isNews ? [{ type: 'OveragesFinal', before, postings: [] }] : [];
}

function chargeHour(
  { reservationId, hour, teamId, total, split, mix, evidence, invoiced }: ChargeOverage,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  assertAmount(total);
  const known = ledger.overages.get(overageKey(reservationId, hour)) ?? NOTHING_CHARGED;
  const { reductions } = known;
  const due = { reservationId, hour, split, reductions };
  if (total < known.charged) return reduceOverage(ledger, { ...due, ...known }, { teamId, total, evidence, mix, invoiced });
  const amount = (total - known.charged) as MicroUsd;
  if (amount === 0n) return accept();
  const collected = least(amount, meansOf(ledger));
  const postings = post(ledger, owing(ledger, { amount, collected }));
  const transfers = transfersTo(due, known.collected, collected);
  const parts = overageParts(amount, mix);
  const charged = { reservationId, hour, month: monthOf(hour), teamId, split, amount, collected, evidence, parts, transfers, postings };
  return accept({ type: 'OverageCharged', ...charged });
}

/**
 * What is owed falls first. What was paid is claimed from those it went to, in the shares that they
 * had of it: they give it back as any credit, when they have it. Both are told by token class and tier, where the charge was.
 * What was conceded of an hour on an issued invoice is a credit note on that; everything else a credit on the next one.
 */
function reduceOverage(
  ledger: Ledger,
  overage: Overage,
  { teamId, total, evidence, mix, invoiced }: Pick<ChargeOverage, 'teamId' | 'total' | 'evidence' | 'mix' | 'invoiced'>,
): Decision<LedgerEvent, LedgerRejection> {
  const { reservationId, hour, charged, collected } = overage;
  const amount = (charged - total) as MicroUsd;
  const forgiven = least(amount, charged - collected);
  const postings = post(ledger, forgivenLines(forgiven));
  const [parts, paidBack] = shareOfParts(partsBack(toldOf(overage), total, mix), forgiven);
  const creditedInvoice = noteOn(ledger, reservationId, invoiced, amount);
  const left = (collected - (amount - forgiven)) as MicroUsd;
  const claims = claimsOf(overage, left, { paidBack, isNoted: creditedInvoice !== null });
  const reduced = { reservationId, hour, month: monthOf(hour), teamId, amount, forgiven, evidence, parts, claims, creditedInvoice, postings };
  return accept({ type: 'OverageReduced', ...reduced });
}

/** None where some of the charge was not told by parts. */
function toldOf({ charged, parts }: Overage): Overage['parts'] {
  return parts.reduce((sum, { amount }) => sum + amount, 0n) === charged ? parts : [];
}

interface Returned {
  /** What comes back to who paid, by token class and tier: each claim has its share of all of them. */
  readonly paidBack: Overage['parts'];
  readonly isNoted: boolean;
}

function claimsOf(overage: Overage, left: MicroUsd, { paidBack, isNoted }: Returned): readonly CreditPart[] {
  const { reservationId, hour, split, collected, reductions } = overage;
  const [had, has] = [partsOf(collected, split), partsOf(left, split)];
  const payees = { seller: split.sellerId, royalty: split.providerId, fee: split.exchangeId };
  let rest = paidBack;
  return (Object.keys(payees) as (keyof typeof payees)[])
    .filter((part) => had[part] > has[part])
    .map((part) => {
      const amount = (had[part] - has[part]) as MicroUsd;
      const [parts, others] = shareOfParts(rest, amount);
      rest = others;
      const creditId = claimName({ reservationId, hour, fall: reductions + 1, part, isNoted });
      return { creditId, fromId: payees[part], amount, parts };
    });
}

/** A part of what is owed for an hour is paid. */
export function overageCollected(
  books: Balances,
  overage: Overage,
  amount: MicroUsd,
): OverageCollected {
  const { reservationId, hour } = overage;
  const postings = post(books, collectedLines(books, amount));
  const transfers = transfersTo(overage, overage.collected, amount);
  return { type: 'OverageCollected', reservationId, hour, amount, transfers, postings };
}

function transfersTo(
  { reservationId, hour, split, reductions }: Omit<Overage, 'charged' | 'collected' | 'parts'>,
  before: bigint,
  amount: bigint,
): ReturnType<typeof transfersOf> {
  const after = (before + amount) as MicroUsd;
  const name = reductions === 0 ? `overage/${hour}/${after}` : `overage/${hour}/${reductions}/${after}`;
  const portion = { reservationId, split, kind: 'overage', name } as const;
  return transfersOf({ ...portion, before: before as MicroUsd, after });
}
