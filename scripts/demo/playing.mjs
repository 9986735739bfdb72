// Sends requests as they arrived, in less time: so much faster, and never more than a client has open.
import { askFor } from './inference.mjs';
import { progress } from './say.mjs';

/** An hour of the trace in a minute. */
const FASTER = 60;
const OPEN_MAX = 64;
const TOLD_EVERY = 500;
/** Every other one is a stream: only these have a time to first token. */
const isStream = (index) => index % 2 === 0;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Serves a part of the trace: as it arrived, or as fast as the gateway answers where that is slower.
 *
 * @returns `laneOfEach` in the order of the trace, null where the answer was lost and counted all the
 *   same; `repeats`: how many were sent more than once
 */
export async function play(client, { run, model, trace, from, to }) {
  const laneOfEach = [];
  let [next, repeats, streams, done] = [from, 0, 0, from];
  const started = Date.now() - trace[from].offsetMs / FASTER;
  const worker = async () => {
    while (next < to) {
      const index = next;
      next += 1;
      const early = started + trace[index].offsetMs / FASTER - Date.now();
      if (early > 0) await pause(early);
      const asked = askFor(model, trace[index], isStream(index));
      const { lane, tries } = await client.serve(`demo-${run}-${index}`, asked);
      laneOfEach[index - from] = lane;
      if (tries > 1) repeats += 1;
      if (isStream(index)) streams += 1;
      done += 1;
      progress(done, trace.length, 'requests served', TOLD_EVERY);
    }
  };
  await Promise.all(Array.from({ length: OPEN_MAX }, worker));
  return { laneOfEach, repeats, streams };
}
