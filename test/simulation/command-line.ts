import { parseArgs } from 'node:util';
import { Simulation } from './simulation.js';
import { Violation } from './violation.js';

const FLAGS = {
  seed: { min: 0, max: 0xffff_ffff, usual: 1 },
  steps: { min: 1, max: 1_000_000, usual: 2_000 },
} as const;
type Name = keyof typeof FLAGS;
type Values = Record<Name, number>;

const isName = (text: string): text is Name => Object.hasOwn(FLAGS, text);
const ACCEPTED = Object.entries(FLAGS)
  .map(([name, { min, max, usual }]) => {
    const range = `a whole number from ${min} to ${max}`;
    return `--${name} N (${range}; ${usual} when left out)`;
  })
  .join(' and ');

const EXIT_PASSED = 0;
const EXIT_BROKEN = 1;
const EXIT_WRONG_FLAG = 2;

/** The flags as numbers, or what is wrong with them. */
function readFlags(args: readonly string[]): Values | string {
  const values: Values = { seed: FLAGS.seed.usual, steps: FLAGS.steps.usual };
  const options = { seed: { type: 'string' }, steps: { type: 'string' } } as const;
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') return `"${token.value}" belongs to no flag`;
    const { name, rawName, value: text = '' } = token;
    if (!isName(name)) return `${rawName} is not known`;
    const { min, max } = FLAGS[name];
    const isRight = /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max;
    if (!isRight) return `${rawName} cannot be "${text}"`;
    values[name] = Number(text);
  }
  return values;
}

/** Where lines go. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** `npm run simulate`: the last line is one JSON object; answers with the exit code. */
export async function simulate(args: readonly string[], { out, err }: Output): Promise<number> {
  const flags = readFlags(args);
  if (typeof flags === 'string') {
    err(`npm run simulate: ${flags}; expected ${ACCEPTED}`);
    return EXIT_WRONG_FLAG;
  }
  const { seed, steps } = flags;
  const result = await new Simulation({ seed, steps }).run();
  if (result.ok) {
    const { stateHash, counts, eventTypes, refusals } = result;
    out(JSON.stringify({ ok: true, seed, steps, stateHash, ...counts, eventTypes, refusals }));
    return EXIT_PASSED;
  }
  const { step, error } = result;
  // A broken promise says all there is to say; of a bug one wants to know where.
  if (!(error instanceof Violation)) err(error.stack ?? error.message);
  out(JSON.stringify({ ok: false, seed, steps, step, why: error.message }));
  return EXIT_BROKEN;
}
