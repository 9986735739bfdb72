import type { TeamId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { monthOf } from '../../../kernel/time.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import type { MonthCost, Scope } from './controls.state.js';

/** Months whose cost is known. */
const MONTHS_KEPT = 3;
const NOTHING: MonthCost = { all: 0n as MicroUsd, teams: new Map() };

/** What an event costs, by the month in which it was served or given back; what comes back is below zero. */
export interface Cost {
  readonly month: string;
  readonly amount: bigint;
  /** What of it is teams', the rest is the organization's as a whole. */
  readonly teams: readonly { readonly teamId: TeamId; readonly amount: bigint }[];
}

export function costOfEvent(event: LedgerEvent): Cost | null {
  switch (event.type) {
    case 'DeliverySettled':
      return { month: monthOf(event.window.start), amount: event.amount, teams: event.teams };
    case 'OverageCharged':
      return whole(monthOf(event.hour), event.amount, event.teamId);
    case 'OverageReduced':
      return whole(monthOf(event.hour), -event.amount, event.teamId);
    // What teams have of it is returned before.
    case 'EscrowCancelled':
      return event.cancelledAt === null ? null : whole(monthOf(event.cancelledAt), event.fee, null);
    default:
      return null;
  }
}

function whole(month: string, amount: bigint, teamId: TeamId | null): Cost {
  return { month, amount, teams: teamId === null ? [] : [{ teamId, amount }] };
}

/** Adds up what months cost; the newest few are kept. */
export function monthCostEvolve(ledger: Ledger, event: LedgerEvent): Ledger {
  const cost = costOfEvent(event);
  if (cost === null) return ledger;
  const { charged } = ledger.controls;
  charged.set(cost.month, plusCost(charged.get(cost.month) ?? NOTHING, cost));
  if (charged.size > MONTHS_KEPT) {
    const [oldest = ''] = [...charged.keys()].toSorted();
    charged.delete(oldest);
  }
  return ledger;
}

function plusCost({ all, teams: before }: MonthCost, { amount, teams: added }: Cost): MonthCost {
  if (added.length === 0) return { all: (all + amount) as MicroUsd, teams: before };
  const teams = new Map(before);
  for (const one of added) {
    teams.set(one.teamId, ((teams.get(one.teamId) ?? 0n) + one.amount) as MicroUsd);
  }
  return { all: (all + amount) as MicroUsd, teams };
}

/** What a month cost whom; of members and keys nothing is known. */
export function spentBy({ all, teams }: MonthCost = NOTHING, scope: Scope): MicroUsd {
  if (scope === 'organization') return all;
  return teams.get(scope.slice('team:'.length) as TeamId) ?? (0n as MicroUsd);
}

/** What of a month's cost is no team's. */
export function spentByNoTeam({ all, teams }: MonthCost = NOTHING): MicroUsd {
  return [...teams.values()].reduce((left, amount) => left - amount, all as bigint) as MicroUsd;
}

