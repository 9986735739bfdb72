import type { ReservationId, TeamId } from '../../kernel/ids.js';
import { add, rectangle, subtract, ZERO, type StepFunction } from '../../kernel/step-function.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Loss } from './curtailment.state.js';

/** A part of what was bought that another team has from now on. */
export interface Handover {
  /** Of the part. */
  readonly reservationId: ReservationId;
  readonly fromTeamId: TeamId | null;
  readonly teamId: TeamId | null;
  readonly window: Window;
  readonly quantity: Quantity;
}

/** What was handed over of a reservation that was bought, parts of parts included. */
export interface HandedOver {
  /** Of all that was bought. */
  readonly quantity: Quantity;
  readonly until: Instant;
  readonly parts: readonly Handover[];
}

/** Which of its holder's teams had how much of a reservation, for which one price was paid. */
export interface TeamUse {
  /** Tokens/s that the price was for. */
  readonly quantity: Quantity;
  /** Tokens/s over time, without what was lost of it; what was resold of it stays the team's. */
  readonly teams: readonly { readonly teamId: TeamId; readonly had: StepFunction }[];
}

/** What has passed never changes: whatever is handed over, given back or lost lies ahead. */
export function teamUseOf(
  { handedOver, losses }: {
    readonly handedOver: ReadonlyMap<ReservationId, HandedOver>;
    readonly losses: ReadonlyMap<ReservationId, readonly Loss[]>;
  },
  reservationId: ReservationId,
): TeamUse | null {
  const known = handedOver.get(reservationId);
  if (known === undefined) return null;
  const teams = new Map<TeamId, StepFunction>();
  for (const { reservationId: partId, fromTeamId, teamId, window, quantity } of known.parts) {
    // What a part lost is what parts of it lost, too.
    const lost = (losses.get(partId) ?? []).map((loss) => loss.lost).reduce(add, ZERO);
    const left = subtract(rectangle(window, quantity), lost);
    if (teamId !== null) teams.set(teamId, add(teams.get(teamId) ?? ZERO, left));
    if (fromTeamId !== null) teams.set(fromTeamId, subtract(teams.get(fromTeamId) ?? ZERO, left));
  }
  return { quantity: known.quantity, teams: [...teams].map(([teamId, had]) => ({ teamId, had })) };
}
