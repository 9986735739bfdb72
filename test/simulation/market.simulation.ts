import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate, type Surroundings } from './command-line.js';
import { present } from '../../src/kernel/assert.js';
import { readHistory, writeHistory } from './history.js';
import type { Move } from './moves.js';
import { hunt, MUTANTS } from './mutants/mutants.js';
import { SeededRandom } from './random.js';
import { shortestHistory } from './shortest-history.js';
import { Stage } from './stage.js';
import { Simulation, type SimulationOptions, type SimulationResult } from './simulation.js';

const STEPS = 300;

const run = (options: SimulationOptions) => new Simulation(options).run();

function passed(result: SimulationResult): Extract<SimulationResult, { readonly ok: true }> {
  if (result.ok) return result;
  const { step, error } = result;
  throw new Error(`step ${step}: ${error.message}`, { cause: error });
}

/** Every kind of event that the market has. */
const EVENT_TYPES = 31;

describe('a simulated market', () => {
  const seen = new Set<string>();
  /** What became of bids that insist on what a pool promises. */
  const insisting = { insistingPlaced: 0, insistingRested: 0, insistingFilled: 0, insistingRefused: 0 };

  it.each([1, 2, 3])('keeps every promise, from seed %i', async (seed) => {
    const { counts, eventTypes } = passed(await run({ seed, steps: STEPS }));
    Object.keys(eventTypes).forEach((type) => seen.add(type));
    for (const name of Object.keys(insisting) as (keyof typeof insisting)[]) insisting[name] += counts[name] ?? 0;
    const { requestsLost, answersLost, crashes, mismatches, jobsAgain } = counts;
    const faults = { requestsLost, answersLost, crashes, mismatches, jobsAgain };
    expect(Object.entries(faults).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('causes events of every kind', () => {
    expect(seen.size).toBe(EVENT_TYPES);
  });

  it('has bids that insist on what pools promise, wait, are filled and are refused', () => {
    expect(Object.entries(insisting).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('comes out the same from the same seed, and otherwise from another', async () => {
    const [one, again, other] = [
      passed(await run({ seed: 3, steps: STEPS })),
      passed(await run({ seed: 3, steps: STEPS })),
      passed(await run({ seed: 4, steps: STEPS })),
    ];
    expect(again).toEqual(one);
    expect(other.stateHash).not.toBe(one.stateHash);
  });
});

describe('npm run simulate', () => {
  const folders: string[] = [];

  beforeAll(async () => {
    folders.push(await mkdtemp(join(tmpdir(), 'headroom-simulation-')));
  });

  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  async function simulated(args: readonly string[], plant?: Surroundings['plant']) {
    const [lines, errors]: [string[], string[]] = [[], []];
    const code = await simulate(args, {
      out: (line) => lines.push(line),
      err: (line) => errors.push(line),
      folder: folders[0] ?? '',
      child: async (own) => (await simulated(own, plant)).lines,
      ...(plant === undefined ? {} : { plant }),
    });
    return { code, lines, said: errors.join('\n') };
  }

  const lastOf = (lines: readonly string[]): unknown => JSON.parse(lines.at(-1) ?? '');
  const stateHash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;

  it('ends with one JSON object that says how to get the same again', async () => {
    const { code, lines } = await simulated(['--seed', '3', '--steps=40']);
    expect(lastOf(lines)).toMatchObject({ ok: true, seed: 3, steps: 40, stateHash });
    expect([code, lines.length]).toEqual([0, 1]);
  });

  it('runs several markets and adds up what they counted', async () => {
    const { code, lines } = await simulated(['--seed', '3', '--steps=20', '--runs', '3']);
    const [sum, ...each] = lines.map((line) => JSON.parse(line) as { seed: number; events: number }).reverse();
    expect(sum).toMatchObject({ ok: true, seed: 3, steps: 20, runs: 3, stateHash });
    expect(each.map(({ seed }) => seed).sort()).toEqual([3, 4, 5]);
    expect(sum?.events).toBe(each.reduce((total, { events }) => total + events, 0));
    expect(code).toBe(0);
  });

  it('says what was broken, and writes down a short history that breaks it again', async () => {
    const plant = present(MUTANTS.find(({ name }) => name === 'another quantity than was asked for'), 'mutant').plant;
    const { code, lines } = await simulated(['--seed', '4', '--steps', '300'], plant);
    const why = expect.stringMatching(/I7: CreateListing .* is acknowledged and not so/) as string;
    const history = { moves: expect.any(Number) as number, file: expect.any(String) as string };
    const last = lastOf(lines) as { history: { moves: number; file: string } };
    expect([code, last]).toEqual([1, { ok: false, seed: 4, steps: 300, step: expect.any(Number) as number, why, history }]);
    const { moves, file } = last.history;
    expect(moves).toBeLessThanOrEqual(4);
    expect(lines.filter((line) => /CreateListing .* quantity=/.test(line))).toHaveLength(1);
    const again = await simulated(['--replay', file], plant);
    expect([again.code, lastOf(again.lines)]).toMatchObject([1, { ok: false, replay: file, moves, why }]);
    const mended = await simulated(['--replay', file]);
    expect([mended.code, lastOf(mended.lines)]).toMatchObject([0, { ok: true, replay: file, moves }]);
  });

  it('names the seeds that failed of several', async () => {
    const lines: string[] = [];
    const code = await simulate(['--seed', '7', '--steps', '200', '--runs', '8'], {
      ...{ out: (line) => lines.push(line), err: () => undefined, folder: '' },
      // The others died before they could say anything.
      child: async ([seed]) => (seed === '--seed=7' ? ['{"ok":false,"seed":7}', '{"ok":true,"seed":8,"stateHash":""}'] : []),
    });
    const failedSeeds = [7, 9, 10, 11, 12, 13, 14];
    expect([code, lastOf(lines)]).toEqual([1, { ok: false, seed: 7, steps: 200, runs: 8, failedSeeds }]);
  });

  it.each<[string[], string]>([
    [['--sed', '5'], '--sed is not known'],
    [['--seed'], '--seed cannot be ""'],
    [['--seed', 'x'], '--seed cannot be "x"'],
    [['--seed', '4294967296'], '--seed cannot be "4294967296"'],
    [['--seed', '4294967295', '--runs', '2'], '--runs cannot be "2" from --seed 4294967295'],
    [['--steps', '0'], '--steps cannot be "0"'],
    [['--steps', '1.5'], '--steps cannot be "1.5"'],
    [['--runs', '0'], '--runs cannot be "0"'],
    [['--replay'], '--replay is not known without a file'],
    [['7'], '"7" belongs to no flag'],
  ])('names a wrong flag and what is accepted: %j', async (args, wrong) => {
    const { code, lines, said } = await simulated(args);
    expect([code, lines]).toEqual([2, []]);
    expect(said).toContain(wrong);
    expect(said).toContain('--steps N (a whole number from 1 to 1000000;');
  });

  it.each([
    ['there', 'none.json', null, 'cannot be read'],
    ['one', 'package.json', '{}', 'holds no history'],
    ['JSON', 'text.json', 'K1 …', 'holds no history'],
  ])('says so of a history that is not %s', async (_, name, text, wrong) => {
    const file = join(folders[0] ?? '', name);
    if (text !== null) await writeFile(file, text);
    const { code, said } = await simulated(['--replay', file]);
    expect([code, said]).toEqual([2, `npm run simulate: --replay: ${file} ${wrong}`]);
  });
});

describe('a history', () => {
  it('comes out as the run that it was written down of', async () => {
    const moves: Move[] = [];
    const record = (move: Move): void => {
      moves.push(move);
    };
    const { stateHash } = passed(await run({ seed: 3, steps: STEPS / 3, record }));
    expect(readHistory(writeHistory({ seed: 3, violation: '', moves }))?.moves).toEqual(moves);
    const stage = new Stage({});
    for (const move of moves) await stage.perform(move);
    expect(await stage.hash()).toBe(stateHash);
  });

  const limits = { attemptsMax: 300, movesMax: 6_000 };

  it.each(['offers without a check', 'a wrong price', 'no jobs'])(
    'is short where the fault is plain: %s',
    async (name) => {
      const mutant = present(MUTANTS.find((one) => one.name === name), name);
      const { seed, failed } = await hunt(mutant, mutant.within);
      const history = await shortestHistory({ seed, plant: mutant.plant }, present(failed, 'failure'), limits);
      expect(history.violation).toMatch(mutant.found);
      expect(history.moves.length).toBeLessThanOrEqual(10);
    },
  );

  it('is as short as could be found when the attempts are used up', async () => {
    const mutant = present(MUTANTS.find(({ name }) => name === 'a wrong price'), 'mutant');
    const { seed, failed } = await hunt(mutant, mutant.within);
    const few = { ...limits, attemptsMax: 3 };
    const history = await shortestHistory({ seed, plant: mutant.plant }, present(failed, 'failure'), few);
    expect(history.violation).toMatch(mutant.found);
  });
});

describe('the random generator', () => {
  it('gives each number of a range about as often as another, and only those', () => {
    const random = new SeededRandom(7);
    const counts = Array.from({ length: 6 }, () => 0);
    for (let roll = 0; roll < 6_000; roll += 1) {
      const value = random.integer(0, 5);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(counts).toHaveLength(6);
    expect(counts.every((count) => count > 850 && count < 1_150)).toBe(true);
  });
});
