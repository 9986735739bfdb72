export type CancelTimer = () => void;

/** Waiting, behind a port: tests let time pass by themselves. */
export interface Timers {
  after(ms: number, run: () => void): CancelTimer;
  every(ms: number, run: () => void): CancelTimer;
}

export const systemTimers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};
