// `npm run simulate -- --seed N --steps M`: the seeded market with its auditor. The last line is one
// JSON object. Exit codes: 0 every promise was kept, 1 one was broken, 2 a flag is wrong.
import './typescript-loader.mjs';

const { simulate } = await import('../test/simulation/command-line.ts');
const output = { out: (line) => console.log(line), err: (line) => console.error(line) };
process.exitCode = await simulate(process.argv.slice(2), output);
