import { randomFillSync } from 'node:crypto';

let lastMs = 0;
let sequence = 0;

/** Random bytes are fetched for many ids at once: asking for a few costs as much. */
const POOL = Buffer.allocUnsafe(4_096);
const RANDOM_BYTES = 10;
let used = POOL.length;

/** Where ten bytes begin that nobody has seen. */
function freshBytes(): number {
  if (used + RANDOM_BYTES > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += RANDOM_BYTES;
  return used - RANDOM_BYTES;
}

/**
 * A time-ordered UUID, version 7 (RFC 9562, section 5.7). Within one process each is greater than
 * the one before: the 12 bits after the time count up, and borrow from the next millisecond when
 * they are used up.
 */
export function uuidV7(nowMs: number = Date.now()): string {
  const at = freshBytes();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // Half the counter is left to count up from a random start.
    sequence = POOL.readUInt16BE(at) & 0x7ff;
  } else {
    sequence += 1;
    if (sequence > 0xfff) {
      lastMs += 1;
      sequence = 0;
    }
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const counter = (0x7000 | sequence).toString(16);
  const variant = (0x8000 | (POOL.readUInt16BE(at + 2) & 0x3fff)).toString(16);
  const rest = POOL.toString('hex', at + 4, at + RANDOM_BYTES);
  // What was given away is not kept.
  POOL.fill(0, at, at + RANDOM_BYTES);
  return `${time.slice(0, 8)}-${time.slice(8)}-${counter}-${variant}-${rest}`;
}
