import { parseArgs } from 'node:util';

const NUMBERS = {
  seed: { min: 0, max: 0xffff_ffff, usual: 1 },
  steps: { min: 1, max: 1_000_000, usual: 2_000 },
  runs: { min: 1, max: 10_000, usual: 1 },
} as const;
type Name = keyof typeof NUMBERS;

export type Flags = Record<Name, number> & {
  /** A file that a history was written to; null: simulate. */
  readonly replay: string | null;
  /** One market after the other in this process. */
  readonly isInTurn: boolean;
};

const isName = (text: string): text is Name => Object.hasOwn(NUMBERS, text);

export const ACCEPTED_FLAGS = [
  ...Object.entries(NUMBERS).map(([name, { min, max, usual }]) => {
    return `--${name} N (a whole number from ${min} to ${max}; ${usual} when left out)`;
  }),
  '--in-turn (all runs in one process)',
  'or --replay FILE',
].join(', ');

/** The flags as they are meant, or what is wrong with them. */
export function readFlags(args: readonly string[]): Flags | string {
  const { seed, steps, runs } = NUMBERS;
  const values = { seed: seed.usual as number, steps: steps.usual as number, runs: runs.usual as number };
  let replay: string | null = null;
  let isInTurn = false;
  const text = { type: 'string' } as const;
  const options = { seed: text, steps: text, runs: text, replay: text, 'in-turn': { type: 'boolean' } } as const;
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') return `"${token.value}" belongs to no flag`;
    const { name, rawName, value = '' } = token;
    if (name === 'replay' && value !== '') replay = value;
    else if (name === 'in-turn' && value === '') isInTurn = true;
    else if (!isName(name)) return `${rawName} is not known${name === 'replay' ? ' without a file' : ''}`;
    else if (!isInRange(name, value)) return `${rawName} cannot be "${value}"`;
    else values[name] = Number(value);
  }
  const isBeyond = values.seed + values.runs - 1 > seed.max;
  return isBeyond ? `--runs cannot be "${values.runs}" from --seed ${values.seed}` : { ...values, replay, isInTurn };
}

function isInRange(name: Name, text: string): boolean {
  const { min, max } = NUMBERS[name];
  return /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max;
}
