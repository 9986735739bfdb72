import type { MarketEvent } from './market.events.js';
import type { ReservationStatus } from './market.rejections.js';

/** What moves a reservation from one state to another: an event, with why where it says so. */
export const LIFECYCLE = {
  ReservationHeld: { none: 'held' },
  OrderFilled: { none: 'scheduled' },
  ReservationTransferred: { none: 'scheduled' },
  TransferReturned: { scheduled: 'returned' },
  ReservationPaid: { held: 'scheduled' },
  'HoldReleased expired': { held: 'expired' },
  'HoldReleased released': { held: 'released' },
  'HoldReleased curtailed': { held: 'curtailed' },
  ReservationActivated: { scheduled: 'active' },
  ReservationCompleted: { active: 'completed' },
  ReservationCancelled: { scheduled: 'cancelled' },
  'ReservationCurtailed in part': { scheduled: 'scheduled', active: 'active' },
  'ReservationCurtailed whole': { scheduled: 'curtailed', active: 'curtailed' },
} as const satisfies Readonly<
  Record<string, Partial<Readonly<Record<ReservationStatus | 'none', ReservationStatus>>>>
>;

/** The published state machine of a reservation: every move that there is, and no other. */
export type LifecycleMove = keyof typeof LIFECYCLE;

/** States that a reservation never leaves. */
export const FINAL_STATES: readonly ReservationStatus[] = [
  'completed',
  'expired',
  'released',
  'cancelled',
  'curtailed',
  'returned',
];

/** The move that an event is for the reservation it is about; null when it is none. */
export function moveOf(event: MarketEvent): LifecycleMove | null {
  switch (event.type) {
    case 'ReservationHeld':
    case 'OrderFilled':
    case 'ReservationPaid':
    case 'ReservationActivated':
    case 'ReservationCompleted':
    case 'ReservationCancelled':
    case 'ReservationTransferred':
    case 'TransferReturned':
      return event.type;
    case 'HoldReleased':
      return `${event.type} ${event.reason}`;
    case 'ReservationCurtailed':
      return event.isWhole ? `${event.type} whole` : `${event.type} in part`;
    default:
      return null;
  }
}

/** Where a move leads from a state; null when it is not allowed there. */
export function after(
  state: ReservationStatus | 'none',
  move: LifecycleMove,
): ReservationStatus | null {
  const moves: Partial<Record<ReservationStatus | 'none', ReservationStatus>> = LIFECYCLE[move];
  return moves[state] ?? null;
}
