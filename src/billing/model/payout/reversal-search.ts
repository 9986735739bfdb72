/** A reversal at Stripe, as far as it says which of ours it is. */
export interface KnownReversal {
  readonly reversalId: string;
  /** The name that we sent; null for one of the dashboard, or of before reversals had names. */
  readonly askedAs: string | null;
  readonly amountCents: bigint;
}

export type FoundReversal =
  | { readonly kind: 'found'; readonly reversalId: string }
  /** One of the same amount has no name: people know whether it is the one. */
  | { readonly kind: 'unclear' }
  | { readonly kind: 'never-made' };

/** What became of a reversal whose key Stripe has forgotten. */
export function findReversal(
  reversals: readonly KnownReversal[],
  wanted: { readonly askedAs: string; readonly amountCents: bigint },
): FoundReversal {
  const own = reversals.find(({ askedAs }) => askedAs === wanted.askedAs);
  if (own !== undefined) return { kind: 'found', reversalId: own.reversalId };
  const mayBe = reversals.some(
    ({ askedAs, amountCents }) => askedAs === null && amountCents === wanted.amountCents,
  );
  return { kind: mayBe ? 'unclear' : 'never-made' };
}
