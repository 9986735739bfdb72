// Suites by suffix: *.spec.ts (pure), *.contract.ts, *.property.ts, *.e2e.ts … see docs/STYLE.md.
const suffixes = process.env.SUITE ?? 'spec|property|contract|replay|simulation|e2e|architecture';

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  testMatch: [`<rootDir>/{src,test,web}/**/*.@(${suffixes}).ts`],
  setupFiles: ['<rootDir>/test/support/property-seed.ts'],
  // A page is drawn, audited twice and photographed within one test, on a machine that may be busy.
  testTimeout: suffixes === 'browser' ? 240_000 : 60_000,
  maxWorkers: 2,
  // What modules leave behind adds up from suite to suite, and collecting it takes longer each time.
  workerIdleMemoryLimit: '900MB',
};
