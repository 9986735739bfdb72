/**
 * What a command led to: events to append, or a refusal that says why.
 * An accepted decision may hold no events when the state already says what was asked.
 */
export type Decision<Event, Rejection> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly rejection: Rejection };

export const accept = <Event>(
  ...events: readonly Event[]
): { readonly accepted: true; readonly events: readonly Event[] } => ({ accepted: true, events });

export const reject = <Rejection>(
  rejection: Rejection,
): { readonly accepted: false; readonly rejection: Rejection } => ({ accepted: false, rejection });

/**
 * The rules of one kind of stream, pure and synchronous.
 *
 * - `decide` is total: it reads the state, changes nothing, and answers with events or a rejection.
 *   Time, ids and facts from outside arrive in the command.
 * - `evolve` applies one event. It never refuses, has no default branch, and may change the given
 *   state in place; the returned state is the one to go on with.
 */
export interface Decider<State, Command, Event, Rejection> {
  readonly initialState: () => State;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
  readonly evolve: (state: State, event: Event) => State;
}
