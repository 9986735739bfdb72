// `npm run simulate-upstream [-- --vendor NAME --port N --seed N --scenario ttft=200,speed=50,fault=hang]`: an
// OpenAI-compatible server without a model, in a vendor's dialect, for development. Every answer says that it is SIMULATED. Ctrl-C ends it.
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4100' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string', default: '' },
    vendor: { type: 'string', default: 'openai' },
  },
});
for (const name of ['port', 'seed']) {
  if (!/^\d{1,5}$/.test(values[name])) {
    console.error(`--${name}: expected a whole number, not ${JSON.stringify(values[name])}`);
    process.exit(2);
  }
}
await build();
const { DIALECTS, LIFELIKE, readScenario } = await import('../dist/gateway/adapter/simulator/scenario.js');
const { simulateUpstream } = await import('../dist/gateway/adapter/simulator/simulated-upstream.js');
if (!DIALECTS.includes(values.vendor)) {
  console.error(`--vendor: expected ${DIALECTS.join(', ')}, not ${JSON.stringify(values.vendor)}`);
  process.exit(2);
}
let scenario;
try {
  scenario = readScenario(values.scenario, { ...LIFELIKE, dialect: values.vendor });
} catch (error) {
  console.error(`--scenario: ${error.message}`);
  process.exit(2);
}
const upstream = await simulateUpstream({ port: Number(values.port), seed: Number(values.seed), scenario });
const stop = () => upstream.close().then(() => process.exit(0));
process.on('SIGINT', stop).on('SIGTERM', stop);
console.log(`SIMULATED upstream at ${upstream.url}, speaking as ${scenario.dialect}\n  other settings by path: ${upstream.with('ttft=500,fault=stall,after=3')}`);
