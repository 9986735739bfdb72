import { z } from 'zod';
import type { BasisPoints } from '../kernel/money.js';
import type { Segment } from '../kernel/step-function.js';
import type { Duration, Instant } from '../kernel/time.js';
import type { Window } from '../kernel/window.js';

// How the values of the kernel stand in the log: instants and durations as whole milliseconds,
// bigints as decimal text. The casts give a value that was checked here its meaning.

/** An id, or another text that is never empty. */
export const text = <Id extends string>(): z.ZodType<Id> =>
  z.string().min(1) as unknown as z.ZodType<Id>;

/** A bigint: money, a price, a quantity. */
export const whole = <Unit extends bigint>(): z.ZodType<Unit> =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform((digits) => BigInt(digits) as Unit) as unknown as z.ZodType<Unit>;

/** A number without a fraction. */
export const integer = <Unit extends number>(): z.ZodType<Unit> =>
  z.number().int() as unknown as z.ZodType<Unit>;

export const instant: z.ZodType<Instant> = integer<Instant>();
export const duration: z.ZodType<Duration> = integer<Duration>();
export const basisPoints: z.ZodType<BasisPoints> = integer<BasisPoints>();
export const window: z.ZodType<Window> = z.object({ start: instant, end: instant });
export const segments: z.ZodType<readonly Segment[]> = z.array(
  z.object({ window, value: whole<bigint>() }),
);
