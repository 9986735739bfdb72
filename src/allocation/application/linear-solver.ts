import type { LinearOutcome, LinearProgram } from '../model/linear-program.js';

/** Solves linear and mixed-integer programs somewhere else than on the event loop. */
export abstract class LinearSolver {
  /**
   * Never throws for a program that is too hard: it is answered with what there is when time is up.
   * `busy`: too many wait already.
   */
  abstract solve(program: LinearProgram): Promise<LinearOutcome>;
}
