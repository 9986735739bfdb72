import type { TeamUse } from '../../allocation/contract.js';
import { divide, type MicroUsd } from '../../kernel/money.js';
import { integralOver, type StepFunction } from '../../kernel/step-function.js';
import { durationOf, type Window } from '../../kernel/window.js';
import type { TeamCost } from './ledger.events.js';

/** A stretch of a reservation that was delivered, and what was lost of what its price was for. */
interface Delivered {
  readonly window: Window;
  readonly amount: MicroUsd;
  readonly lost: StepFunction;
}

/**
 * Each team bears the share of what was delivered that it had, rounded down: all of them together bear
 * never more than all of it, and what does not divide stays with the organization as a whole.
 */
export function teamCosts({ window, amount, lost }: Delivered, { quantity, teams }: TeamUse): readonly TeamCost[] {
  const areas = teams
    .map(({ teamId, had }) => ({ teamId, area: integralOver(had, window) }))
    .filter(({ area }) => area > 0n);
  const had = areas.reduce((sum, { area }) => sum + area, 0n);
  const delivered = quantity * BigInt(durationOf(window)) - integralOver(lost, window);
  const whole = delivered > had ? delivered : had;
  return areas
    .map(({ teamId, area }) => ({ teamId, amount: divide(amount * area, whole).quotient as MicroUsd }))
    .filter((cost) => cost.amount > 0n);
}
