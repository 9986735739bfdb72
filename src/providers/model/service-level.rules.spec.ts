import { share } from '../../../test/support/pool-draft.js';
import { checkCredits } from './service-level.rules.js';

describe('a schedule of credits', () => {
  const steps = (...given: readonly (readonly [number, number])[]) =>
    given.map(([missedBy, credit]) => ({ missedBy: share(missedBy), credit: share(credit) }));

  it.each([
    // what                      samples steps                                       issues
    ['none', 1, [], []],
    ['one step', 20, steps([0, 1_000]), []],
    ['the whole price', 20, steps([0, 10_000]), []],
    ['rising steps', 20, steps([0, 1_000], [1, 1_000], [100_000, 10_000]), []],
    ['no step for any miss', 20, steps([1, 1_000]), ['steps.0.missedBy is not 0']],
    ['the same miss twice', 20, steps([0, 1], [0, 2]), ['steps.1.missedBy is not above the step before']],
    ['a falling credit', 20, steps([0, 2], [1, 1]), ['steps.1.credit is below the step before']],
    ['more than the price', 20, steps([0, 10_001]), ['steps.0.credit is out of range']],
    ['too great a miss', 20, steps([0, 1], [100_001, 2]), ['steps.1.missedBy is out of range']],
    ['too many steps', 20, steps(...Array.from({ length: 11 }, (_, index) => [index, index] as const)), ['steps has too many steps']],
    ['no samples', 0, [], ['samplesMin is out of range']],
    ['half a sample', 1.5, [], ['samplesMin is out of range']],
    ['too many samples', 1_000_001, [], ['samplesMin is out of range']],
  ] as const)('with %s', (_what, samplesMin, given, issues) => {
    const found = checkCredits({ samplesMin, steps: given, exclusions: [] }).map(({ field, reason }) => `${field} ${reason}`);
    expect(found).toEqual(issues);
  });
});
