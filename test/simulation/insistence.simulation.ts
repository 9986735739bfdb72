import { insistsOnAny, missingOf, type Insistence } from './insistence.js';
import type { RawConstraints, RawPromises } from './raw-terms.js';

const PROMISED: RawPromises = {
  ...{ platform: 'groq-lpu', region: 'eu-central', residency: ['DE', 'FR'] },
  serviceLevel: { ttftP95: 250, streamTokensPerSecondMin: 300 },
};
const ANYTHING: RawConstraints = {
  ...{ platforms: [], regions: [], residency: [], ttftP95Max: null, streamTokensPerSecondMin: null },
  ...{ evidenceMin: 'L1', providerShareMax: null },
};

describe('what the auditor finds missing in what a pool promises', () => {
  it.each<[asked: Partial<RawConstraints>, missing: Insistence | null]>([
    [{}, null],
    [{ platforms: ['tpu-v7', 'groq-lpu'] }, null],
    [{ platforms: ['tpu-v7'] }, 'platforms'],
    [{ regions: ['eu-central'] }, null],
    [{ regions: ['eu-north'] }, 'regions'],
    [{ residency: ['FR', 'DE', 'US'] }, null],
    [{ residency: ['DE'] }, 'residency'],
    [{ ttftP95Max: 250 }, null],
    [{ ttftP95Max: 249 }, 'ttftP95Max'],
    [{ streamTokensPerSecondMin: 300 }, null],
    [{ streamTokensPerSecondMin: 301 }, 'streamTokensPerSecondMin'],
    [{ regions: ['eu-central'], ttftP95Max: 100 }, 'ttftP95Max'],
  ])('%j: %s', (asked, missing) => {
    expect(missingOf(PROMISED, { ...ANYTHING, ...asked })).toBe(missing);
    expect(insistsOnAny({ ...ANYTHING, ...asked })).toBe(Object.keys(asked).length > 0);
  });

  it('is residency where a pool promises no country', () => {
    expect(missingOf({ ...PROMISED, residency: [] }, { ...ANYTHING, residency: ['US'] })).toBe('residency');
  });
});
