import { parseArgs } from 'node:util';
import { simulateMarket } from './market-simulation.js';

// `npm run simulate -- --seed N --steps M`: the last line on standard output is one JSON object.

const SEED_MAX = 4_294_967_295;
const STEPS_MAX = 1_000_000;

class UsageError extends Error {}

function whole(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new UsageError(`--${name}: expected a whole number from 0 to ${max}`);
}

function readSettings(): { readonly seed: number; readonly steps: number } {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        steps: { type: 'string', default: '2000' },
      },
    });
    return {
      seed: whole('seed', values.seed, SEED_MAX),
      steps: whole('steps', values.steps, STEPS_MAX),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\nusage: npm run simulate -- --seed N --steps M`);
  }
}

async function main(): Promise<number> {
  const settings = readSettings();
  try {
    const result = await simulateMarket(settings);
    process.stdout.write(`${JSON.stringify({ ok: true, ...result })}\n`);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${JSON.stringify({ ok: false, ...settings, reason })}\n`);
    return 1;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
