// Runs TypeScript as it stands, for commands that are made of tests: import this first, then the
// `.ts` file.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
