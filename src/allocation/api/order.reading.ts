import { COUNTRY_CODES, isCountry } from '../../kernel/country.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { MarketId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import type { Duration } from '../../kernel/time.js';
import { checkOrder as checkWindowOrder } from '../../kernel/window.rules.js';
import type { Bid, TimeInForce } from '../contract.js';
import { UNCONSTRAINED, type OrderConstraints } from '../model/order.state.js';
import type { OrderConstraintsInput } from './order.constraints.types.js';
import type { PlaceOrderInput } from './order.types.js';

/** Bounds on what one bid may insist on. */
const NAMES_MAX = 50;
const NAME_LENGTH_MAX = 64;
export const TTFT_MS = [1, 3_600_000] as const;
export const STREAM_SPEED = [1, 1_000_000] as const;

export function priceIssues(limitPrice: bigint): readonly Issue[] {
  const accepted = '1 or more micro-USD per token/s and hour';
  return unless(limitPrice >= 1n, { field: 'limitPrice', reason: 'is below 1', accepted });
}

export function fillIssues({
  quantity,
  minimumFill,
}: {
  readonly quantity: Quantity;
  readonly minimumFill?: Quantity | null;
}): readonly Issue[] {
  return unless((minimumFill ?? quantity) <= quantity, {
    field: 'minimumFill',
    reason: 'is more than the quantity',
    accepted: `1 to ${quantity} tokens/s`,
  });
}

/** What no market could make sense of. */
export function bidIssues(input: PlaceOrderInput): readonly Issue[] {
  const { window, limitPrice, timeInForce, until, constraints } = input;
  return [
    ...checkWindowOrder('window', window),
    ...priceIssues(limitPrice),
    ...fillIssues(input),
    ...unless((timeInForce === 'GTD') === (until !== undefined && until !== null), {
      field: 'until',
      reason: timeInForce === 'GTD' ? 'is missing' : `has no meaning with ${timeInForce}`,
      accepted: 'an instant with GTD, nothing otherwise',
    }),
    ...(constraints === undefined || constraints === null ? [] : constraintIssues(constraints)),
  ];
}

export function constraintIssues(given: OrderConstraintsInput): readonly Issue[] {
  const { ttftP95MaxMs, streamTokensPerSecondMin, providerShareMax, residency } = given;
  const names = ['platforms', 'regions', 'residency'] as const;
  return [
    ...names.flatMap((name) => nameIssues(`constraints.${name}`, given[name])),
    ...unless(residency.every(isCountry), {
      field: 'constraints.residency',
      reason: 'has what is no country code',
      accepted: COUNTRY_CODES,
    }),
    ...rangeIssues('constraints.ttftP95MaxMs', ttftP95MaxMs, TTFT_MS),
    ...rangeIssues('constraints.streamTokensPerSecondMin', streamTokensPerSecondMin, STREAM_SPEED),
    ...rangeIssues('constraints.providerShareMax', providerShareMax, [1, 10_000]),
  ];
}

export function nameIssues(field: string, names: readonly string[]): readonly Issue[] {
  const isFine = names.every((name) => name.length > 0 && name.length <= NAME_LENGTH_MAX);
  return unless(names.length <= NAMES_MAX && isFine, {
    field,
    reason: 'has too many names, or one that is empty or too long',
    accepted: `at most ${NAMES_MAX} names of 1 to ${NAME_LENGTH_MAX} characters`,
  });
}

export function rangeIssues(
  field: string,
  value: number | null | undefined,
  [min, max]: readonly [number, number],
): readonly Issue[] {
  if (value === null || value === undefined) return [];
  const accepted = `${min} to ${max}`;
  return unless(value >= min && value <= max, { field, reason: 'is out of range', accepted });
}

export function readBid(input: PlaceOrderInput): Bid {
  const { window, quantity, limitPrice, minimumFill, constraints } = input;
  return {
    marketId: input.marketId as MarketId,
    window: { start: window.start, end: window.end },
    quantity,
    limitPrice,
    constraints: readConstraints(constraints ?? null),
    minimumFill: minimumFill ?? toQuantity(1n),
    timeInForce: readTimeInForce(input),
  };
}

function readTimeInForce({ timeInForce, until }: PlaceOrderInput): TimeInForce {
  if (timeInForce !== 'GTD') return { kind: timeInForce };
  if (until === null || until === undefined) throw new Error('GTD without an instant was let in');
  return { kind: 'GTD', until };
}

export function readConstraints(given: OrderConstraintsInput | null): OrderConstraints {
  if (given === null) return UNCONSTRAINED;
  const { platforms, regions, residency, evidenceMin } = given;
  return {
    ...{ platforms, regions, residency, evidenceMin },
    ttftP95Max: (given.ttftP95MaxMs ?? null) as Duration | null,
    streamTokensPerSecondMin: given.streamTokensPerSecondMin ?? null,
    providerShareMax: (given.providerShareMax ?? null) as BasisPoints | null,
  };
}
