/** Who gets how much of a sale, as whole numbers work it out at school. */
export interface TwinSplit {
  readonly sellerId: string;
  readonly providerId: string;
  readonly exchangeId: string;
  readonly royalty: number;
  readonly fee: number;
}

export function rounded(dividend: bigint, divisor: bigint): bigint {
  const floor = dividend / divisor;
  const twice = 2n * (dividend - floor * divisor);
  if (twice === divisor) return floor % 2n === 0n ? floor : floor + 1n;
  return twice > divisor ? floor + 1n : floor;
}

/** Fee of the whole, royalty of what is left at its rate of what is left, the rest to the seller. */
export function shares(total: bigint, { fee, royalty }: TwinSplit): readonly [bigint, bigint, bigint] {
  const toExchange = rounded(total * BigInt(fee), 10_000n);
  const left = total - toExchange;
  const toProvider = fee + royalty >= 10_000 ? left : rounded(left * BigInt(royalty), BigInt(10_000 - fee));
  return [left - toProvider, toProvider, toExchange];
}

