import type { ReactNode } from 'react';
import type { Reservation } from '../allocation/allocation.documents.js';
import type { Connection } from '../api/use-all-pages.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';

export const reservationsOf = ({ reservations }: { readonly reservations: Connection<Reservation> }): Connection<Reservation> => reservations;
export const BOUGHT = { side: 'BOUGHT' as const };
/** What can have served something. */
const SERVED: readonly Reservation['status'][] = ['ACTIVE', 'COMPLETED', 'CURTAILED'];

/** Those that serve first, the largest before others. */
export function lanesOf(reservations: readonly Reservation[]): readonly Reservation[] {
  const rank = ({ status }: Reservation): number => (status === 'ACTIVE' ? 0 : 1);
  return reservations
    .filter(({ status }) => SERVED.includes(status))
    .sort((a, b) => rank(a) - rank(b) || Number(b.quantity) - Number(a.quantity) || b.window.start.localeCompare(a.window.start));
}

export function NoLane({ hasSome }: { readonly hasSome: boolean }): ReactNode {
  if (hasSome) {
    return (
      <EmptyState title="Nothing serves you yet" action={<Link className="button" to="/app/capacity">My capacity</Link>}>
        <p>What you reserved is a lane from its first instant on. Until then requests have nowhere to go.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="You hold no capacity yet"
      action={
        <>
          <Link className="button" to="/">See what is offered</Link>
          <Link className="button quiet" to="/docs">Quick start</Link>
        </>
      }
    >
      <p>Reserve a slice, make a key, and point any OpenAI client at it: what it measures shows up here within seconds.</p>
    </EmptyState>
  );
}
