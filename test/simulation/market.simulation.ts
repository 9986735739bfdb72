import { simulate } from './command-line.js';
import { PLANTED_FAULTS } from './planted-faults.js';
import { SeededRandom } from './random.js';
import { Simulation, type SimulationOptions, type SimulationResult } from './simulation.js';

const STEPS = 300;

const run = (options: SimulationOptions) => new Simulation(options).run();

function passed(result: SimulationResult): Extract<SimulationResult, { readonly ok: true }> {
  if (result.ok) return result;
  const { step, error } = result;
  throw new Error(`step ${step}: ${error.message}`, { cause: error });
}

/** Every kind of event that the market has. */
const EVENT_TYPES = 29;

describe('a simulated market', () => {
  const seen = new Set<string>();

  it.each([2, 5, 17])('keeps every promise, from seed %i', async (seed) => {
    const { counts, eventTypes } = passed(await run({ seed, steps: STEPS }));
    Object.keys(eventTypes).forEach((type) => seen.add(type));
    const { requestsLost, answersLost, crashes, mismatches, jobsAgain } = counts;
    const faults = { requestsLost, answersLost, crashes, mismatches, jobsAgain };
    expect(Object.entries(faults).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('causes events of every kind', () => {
    expect(seen.size).toBe(EVENT_TYPES);
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

  it.each(PLANTED_FAULTS)('is seen to go wrong: $name', async ({ plant, found }) => {
    // A rare fault may take another market to show.
    let said = '';
    for (let seed = 1; !found.test(said) && seed <= 8; seed += 1) {
      const result = await run({ seed, steps: STEPS, ...plant });
      said = result.ok ? 'nothing was found' : result.error.message;
    }
    expect(said).toMatch(found);
  });
});

describe('npm run simulate', () => {
  async function simulated(args: readonly string[]) {
    const [lines, errors]: [string[], string[]] = [[], []];
    const code = await simulate(args, {
      out: (line) => lines.push(line),
      err: (line) => errors.push(line),
    });
    return { code, lines, said: errors.join('\n') };
  }

  it('ends with one JSON object that says how to get the same again', async () => {
    const { code, lines } = await simulated(['--seed', '3', '--steps=40']);
    const stateHash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    const last = JSON.parse(lines.at(-1) ?? '') as unknown;
    expect(last).toMatchObject({ ok: true, seed: 3, steps: 40, stateHash });
    expect(code).toBe(0);
  });

  it.each<[string[], string]>([
    [['--sed', '5'], '--sed is not known'],
    [['--seed'], '--seed cannot be ""'],
    [['--seed', 'x'], '--seed cannot be "x"'],
    [['--seed', '4294967296'], '--seed cannot be "4294967296"'],
    [['--steps', '0'], '--steps cannot be "0"'],
    [['--steps', '1.5'], '--steps cannot be "1.5"'],
    [['7'], '"7" belongs to no flag'],
  ])('names a wrong flag and what is accepted: %j', async (args, wrong) => {
    const { code, lines, said } = await simulated(args);
    expect([code, lines]).toEqual([2, []]);
    expect(said).toContain(wrong);
    expect(said).toContain('--steps N (a whole number from 1 to 1000000;');
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
