import type { CancelTimer, Timers } from '../../platform/clock/timers.js';
import type { Ticket } from './desk.js';

/** Nobody waits longer for what gives way, in milliseconds. */
export const MAKE_WAY_MS = 50;

interface Leaving {
  readonly giveWay: () => void;
  readonly ended: Promise<void>;
}

/** What was let in on a lane as long as nobody else has no room. */
export class Yielding {
  private readonly underWay = new Set<Leaving>();

  constructor(private readonly timers: Timers) {}

  get isEmpty(): boolean {
    return this.underWay.size === 0;
  }

  /** `giveWay` is called when somebody else has no room: the ticket has to be settled at once then. */
  add(ticket: Ticket, giveWay: () => void): Ticket {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((done) => (end = done));
    const leaving = { giveWay, ended };
    this.underWay.add(leaving);
    const leave = (): void => {
      this.underWay.delete(leaving);
      end();
    };
    return {
      ...ticket,
      settle: (counts) => {
        ticket.settle(counts);
        leave();
      },
      cancel: () => {
        ticket.cancel();
        leave();
      },
    };
  }

  /** Bounded, whatever takes its time to end. */
  async makeWay(): Promise<void> {
    const leaving = [...this.underWay];
    for (const { giveWay } of leaving) giveWay();
    let cancel: CancelTimer = () => undefined;
    const late = new Promise<void>((done) => (cancel = this.timers.after(MAKE_WAY_MS, done)));
    await Promise.race([Promise.all(leaving.map(({ ended }) => ended)), late]);
    cancel();
  }
}
