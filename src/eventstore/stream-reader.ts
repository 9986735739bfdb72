/** Somebody who waits to look at a folded state. */
export interface Reader<State> {
  readonly look: (state: State) => void;
  readonly reject: (error: unknown) => void;
}

/** A look that fails is its own reader's: those behind it look all the same. */
export function show<State>(state: State, { look, reject }: Reader<State>): void {
  try {
    look(state);
  } catch (error) {
    reject(error);
  }
}
