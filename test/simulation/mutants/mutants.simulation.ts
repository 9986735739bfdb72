import { readFileSync } from 'node:fs';
import { hunt, MUTANTS } from './mutants.js';
import type { Mutant } from './mutant.js';

const TESTING = readFileSync('docs/TESTING.md', 'utf8');
const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8'];

const rowOf = ({ name, breaks, promise, within }: Mutant): string =>
  `| ${name} | ${breaks} | ${promise} | ${within} |`;

describe('a planted bug', () => {
  it.each(MUTANTS)(
    'is found by the rule that it breaks: $name',
    async (mutant) => {
      const { failed, steps } = await hunt(mutant, mutant.within);
      expect(failed?.error.message ?? `nothing in ${steps} steps`).toMatch(mutant.found);
    },
    180_000,
  );

  it('is there for every invariant', () => {
    const promises = new Set(MUTANTS.map(({ promise }) => promise));
    expect(INVARIANTS.filter((invariant) => !promises.has(invariant))).toEqual([]);
  });

  it('is in the table of docs/TESTING.md, as it is', () => {
    const rows = TESTING.split('\n').filter((line) => /^\| .* \| \d+ \|$/.test(line));
    expect(rows).toEqual(MUTANTS.map(rowOf));
  });
});
