// Suites by suffix: *.spec.ts (pure), *.contract.ts, *.property.ts, *.e2e.ts … see docs/STYLE.md.
const suffixes = process.env.SUITE ?? 'spec|property|contract|replay|simulation|e2e|architecture';

export default {
  testMatch: [`<rootDir>/{src,test,web}/**/*.@(${suffixes}).ts`],
  // In plain Node, in two processes that keep what they have loaded: the product is read and compiled twice,
  // not once for each file, and runs as fast as it does for users. scripts/test.mjs gives Node the TypeScript.
  runner: './scripts/jest-runner.mjs',
  maxWorkers: 2,
  testSequencer: './scripts/jest-sequencer.mjs',
  testEnvironment: 'node',
  transform: {},
  moduleFileExtensions: ['ts', 'js', 'mjs'],
  setupFiles: ['<rootDir>/test/support/property-seed.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/test-limits.mjs'],
};
