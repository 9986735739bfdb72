import { divide } from '../../kernel/money.js';
import { quantity, type Quantity } from '../../kernel/quantity.js';
import { WEIGHTED_TOKEN } from './rating.js';

const SECONDS_PER_HOUR = 3_600n;

/**
 * Weighted tokens/s of the busiest of some hours, rounded up: an average over its hour.
 *
 * @param hours what was used in each, in ten-thousandths of a weighted token
 */
export function busiest(hours: readonly bigint[]): Quantity {
  const most = hours.reduce((peak, used) => (used > peak ? used : peak), 0n);
  const { quotient, remainder } = divide(most, WEIGHTED_TOKEN * SECONDS_PER_HOUR);
  return quantity(remainder === 0n ? quotient : quotient + 1n);
}
