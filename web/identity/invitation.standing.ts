/** Half-open, as every window: at the instant until which it could be accepted it is over. */
export const hasRunOut = (until: string, now: string): boolean => Date.parse(until) <= Date.parse(now);
