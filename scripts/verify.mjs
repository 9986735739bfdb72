// `npm run verify`: checks every hash, fold, invariant and projection of this installation.
import { build } from './build.mjs';

await build();
const { verify } = await import('../dist/verify.js');
process.exitCode = await verify();
