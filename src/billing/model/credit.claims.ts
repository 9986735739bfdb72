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
  const [was, is] = [before, now].map((credit) => partsOf(priceShareOf(sale, credit), split));
  const payers = { seller: split.sellerId, royalty: split.providerId, fee: split.exchangeId };
  return (Object.keys(payers) as (keyof Parts)[]).flatMap((part) => {
    const more = (is?.[part] ?? 0n) - (was?.[part] ?? 0n);
    const payerId = payers[part];
    if (more === 0n || payerId === sale.holderId) return [];
    const [fromId, toId] = more > 0n ? [payerId, sale.holderId] : [sale.holderId, payerId];
    return [{ part, fromId, toId, amount: (more > 0n ? more : -more) as MicroUsd }];
  });
}
