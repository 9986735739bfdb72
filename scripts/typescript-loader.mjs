// Runs TypeScript as it stands, for commands that are made of tests:
// `node --import ./scripts/typescript-loader.mjs file.ts`.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
