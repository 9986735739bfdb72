import type { Segment } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';

interface Open {
  readonly start: Instant;
  readonly height: bigint;
}

/**
 * A quantity over time as few rectangles, one above the other: never more than it has segments.
 * What falls closes the rectangle of that height, else the latest ones; that bars which last long
 * stay whole makes them worth holding. (The fewest at all is an NP-hard question.)
 */
export function rectanglesOf(segments: readonly Segment[]): readonly Segment[] {
  const done: Segment[] = [];
  let open: readonly Open[] = [];
  let height = 0n;
  let end: Instant | null = null;
  const moveTo = (at: Instant, value: bigint): void => {
    if (value > height) open = [...open, { start: at, height: value - height }];
    if (value < height) open = close(open, height - value, at, done);
    height = value;
  };
  for (const { window, value } of segments) {
    if (end !== null && end < window.start) moveTo(end, 0n);
    moveTo(window.start, value);
    end = window.end;
  }
  if (end !== null) moveTo(end, 0n);
  return done;
}

/** Ends rectangles of this height altogether; the last one is cut when it is higher. */
function close(
  open: readonly Open[],
  height: bigint,
  end: Instant,
  done: Segment[],
): readonly Open[] {
  const same = open.findLastIndex((one) => one.height === height);
  const index = same >= 0 ? same : open.length - 1;
  const closed = open[index];
  if (closed === undefined) return open;
  const taken = closed.height < height ? closed.height : height;
  done.push({ window: { start: closed.start, end }, value: taken });
  const rest = { start: closed.start, height: closed.height - taken };
  const left = open.flatMap((one, at) => (at !== index ? [one] : rest.height > 0n ? [rest] : []));
  return height > taken ? close(left, height - taken, end, done) : left;
}
