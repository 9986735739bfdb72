/** What goes wrong: an answer with that status, no answer, or a connection that is cut. */
export type FaultEffect =
  | { readonly status: number }
  | { readonly timeout: true }
  | { readonly reset: true };

export type Fault = FaultEffect & {
  /** How many requests it hits, one unless given. */
  readonly times?: number;
  /**
   * `before` the request is looked at, which is the default and leaves nothing behind; or `after`
   * it was carried out, when only the answer is lost.
   */
  readonly when?: 'before' | 'after';
  /** Hits only this operation, such as `payment_intents.create`. */
  readonly operation?: string;
};

/** The faults that somebody has set, hit in the order in which they were set. */
export class FaultQueue {
  private readonly faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? 1 });
  }

  /** Those that still hit, with how often they do. */
  list(): readonly { readonly fault: Fault; readonly left: number }[] {
    return this.faults.map(({ fault, left }) => ({ fault, left }));
  }

  /** Takes them all away; returns how many there were. */
  clear(): number {
    return this.faults.splice(0).length;
  }

  /** The fault that hits this request, or null. */
  take(operation: string): Fault | null {
    const index = this.faults.findIndex(
      ({ fault }) => fault.operation === undefined || fault.operation === operation,
    );
    const next = this.faults[index];
    if (next === undefined) return null;
    next.left -= 1;
    if (next.left <= 0) this.faults.splice(index, 1);
    return next.fault;
  }
}
