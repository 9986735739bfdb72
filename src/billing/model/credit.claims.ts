import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { priceShareOf, type SharedArea } from '../../kernel/proration.js';
import type { Window } from '../../kernel/window.js';
import type { SaleSplit } from './ledger.state.js';
import { partsOf, type Parts } from './split.js';

/** What was bought, and for how much. */
export interface CreditedSale {
  readonly holderId: OrganizationId;
  readonly window: Window;
  /** Tokens/s that the price was for. */
  readonly quantity: bigint;
  readonly amount: MicroUsd;
}

/** Who gives back how much of it, because an hour was worth less, or more again. */
export interface Claim {
  readonly part: keyof Parts;
  readonly fromId: OrganizationId;
  readonly toId: OrganizationId;
  readonly amount: MicroUsd;
}

/**
 * What is due when the credit of an hour becomes another one. Everybody who had a part of the price
 * gives back the same share of it, and has it again when the credit falls.
 */
export function claimsOf(
  sale: CreditedSale,
  split: SaleSplit,
  { before, now }: { readonly before: SharedArea; readonly now: SharedArea },
): readonly Claim[] {
  const was = partsOf(priceShareOf(sale, before), split);
  const is = partsOf(priceShareOf(sale, now), split);
  const payers = { seller: split.sellerId, royalty: split.providerId, fee: split.exchangeId };
  return (Object.keys(payers) as (keyof Parts)[])
    .filter((part) => payers[part] !== sale.holderId && is[part] !== was[part])
    .map((part) => claimOf(part, is[part] - was[part], [payers[part], sale.holderId]));
}

/** What falls goes the other way. */
function claimOf(
  part: keyof Parts,
  more: bigint,
  [payerId, holderId]: readonly [OrganizationId, OrganizationId],
): Claim {
  return more > 0n
    ? { part, fromId: payerId, toId: holderId, amount: more as MicroUsd }
    : { part, fromId: holderId, toId: payerId, amount: -more as MicroUsd };
}
