import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process still holds, on the heap and in buffers: garbage is collected first. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a finalizer lets go of is collected the next time.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
