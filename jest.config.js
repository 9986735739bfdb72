// Suites by suffix: *.spec.ts (pure), *.contract.ts, *.property.ts, *.e2e.ts … see docs/STYLE.md.
const suffixes = process.env.SUITE ?? 'spec|property|contract|replay|simulation|e2e|architecture';

export default {
  testMatch: [`<rootDir>/{src,test,web}/**/*.@(${suffixes}).ts`],
  // In plain Node, in processes that keep what they have loaded: the product is read and compiled once in each,
  // not once for each file, and runs as fast as it does for users. scripts/test.mjs gives Node the TypeScript.
  runner: './scripts/jest-runner.mjs',
  // A suite waits for its database half of its time; a browser's does not.
  maxWorkers: suffixes === 'browser' ? 2 : 3,
  testEnvironment: 'node',
  transform: {},
  moduleFileExtensions: ['ts', 'js', 'mjs'],
  setupFiles: ['<rootDir>/test/support/property-seed.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/support/test-limits.mjs'],
};
