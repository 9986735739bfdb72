import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ACCEPTED_FLAGS, readFlags, type Flags } from './flags.js';
import { play, readHistory, writeHistory, type History } from './history.js';
import { tell } from './history-text.js';
import { simulateMany, type Child } from './many-runs.js';
import { shortestHistory } from './shortest-history.js';
import { Simulation, type Failed } from './simulation.js';
import type { Plant } from './stage.js';
import { Violation } from './violation.js';

const EXIT_PASSED = 0;
const EXIT_BROKEN = 1;
const EXIT_WRONG_FLAG = 2;

/** What the command needs of where it runs. */
export interface Surroundings {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Where histories are written to. */
  readonly folder: string;
  readonly child: Child;
  /** Only tests plant faults. */
  readonly plant?: () => Plant;
}

/** `npm run simulate`: the last line is one JSON object; answers with the exit code. */
export async function simulate(args: readonly string[], around: Surroundings): Promise<number> {
  const flags = readFlags(args);
  if (typeof flags === 'string') {
    around.err(`npm run simulate: ${flags}; expected ${ACCEPTED_FLAGS}`);
    return EXIT_WRONG_FLAG;
  }
  if (flags.replay !== null) return replay(flags.replay, around);
  if (flags.runs === 1 || flags.isInTurn) return simulateInTurn(flags, around);
  const { ok, ...rest } = await simulateMany(flags, around);
  around.out(JSON.stringify({ ok, seed: flags.seed, steps: flags.steps, runs: flags.runs, ...rest }));
  return ok ? EXIT_PASSED : EXIT_BROKEN;
}

async function simulateInTurn({ seed, steps, runs }: Flags, around: Surroundings): Promise<number> {
  let worst = EXIT_PASSED;
  for (let run = 0; run < runs; run += 1) {
    worst = Math.max(worst, await simulateOne({ seed: seed + run, steps }, around));
  }
  return worst;
}

async function simulateOne({ seed, steps }: Pick<Flags, 'seed' | 'steps'>, around: Surroundings): Promise<number> {
  const { plant = () => ({}) } = around;
  const result = await new Simulation({ seed, steps, plant }).run();
  if (!result.ok) return explain({ seed, steps }, result, around);
  const { stateHash, counts, eventTypes, refusals } = result;
  around.out(JSON.stringify({ ok: true, seed, steps, stateHash, ...counts, eventTypes, refusals }));
  return EXIT_PASSED;
}

/** What was broken, and the shortest way to break it that could be found. */
async function explain(
  { seed, steps }: Pick<Flags, 'seed' | 'steps'>,
  failed: Failed,
  around: Surroundings,
): Promise<number> {
  const { step, error } = failed;
  const { plant = () => ({}), out, err } = around;
  out(`seed ${seed}, step ${step}: ${error.message}`);
  // A broken promise says all there is to say; of a bug one wants to know where.
  if (!(error instanceof Violation)) err(error.stack ?? error.message);
  const history = await shortestHistory({ seed, plant }, failed);
  const file = join(around.folder, `seed-${seed}-step-${step}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, writeHistory(history));
  show(history, `the shortest history found, to be played by npm run simulate -- --replay ${file}`, around);
  const moves = history.moves.length;
  out(JSON.stringify({ ok: false, seed, steps, step, why: error.message, history: { moves, file } }));
  return EXIT_BROKEN;
}

async function replay(file: string, around: Surroundings): Promise<number> {
  const { plant = () => ({}), out } = around;
  const text = await readFile(file, 'utf8').catch(() => null);
  const history = text === null ? null : readHistory(text);
  if (history === null) {
    const wrong = text === null ? 'cannot be read' : 'holds no history';
    around.err(`npm run simulate: --replay: ${file} ${wrong}`);
    return EXIT_WRONG_FLAG;
  }
  const { error, made } = await play(history.moves, plant);
  const why = error === null ? 'every promise was kept' : error.message;
  show({ ...history, violation: why }, `the history in ${file}`, around);
  const outcome = { replay: file, moves: history.moves.length, made };
  out(JSON.stringify({ ok: error === null, ...outcome, ...(error === null ? {} : { why }) }));
  return error === null ? EXIT_PASSED : EXIT_BROKEN;
}

function show(history: History, title: string, { out }: Surroundings): void {
  [`${title}:`, ...tell(history)].forEach((line) => out(line));
}
