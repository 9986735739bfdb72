// Simulated upstreams in a process of their own: they are not the product, and live on when it is killed.
// Every answer of theirs says that it is SIMULATED. Told by its parent what to be; ends with it.
import { build } from '../build.mjs';

await build();
const { LIFELIKE, readScenario } = await import('../../dist/gateway/adapter/simulator/scenario.js');
const { simulateUpstream } = await import('../../dist/gateway/adapter/simulator/simulated-upstream.js');

const upstreams = new Map();

async function start({ name, seed, scenario }) {
  const upstream = await simulateUpstream({ seed, scenario: readScenario(scenario, LIFELIKE), requestsKept: 1 });
  upstreams.set(name, upstream);
  return upstream.url;
}

function become({ name, scenario }) {
  const upstream = upstreams.get(name);
  upstream.become(scenario);
  return upstream.url;
}

process.on('message', async ({ id, what, ...asked }) => {
  const url = what === 'start' ? await start(asked) : become(asked);
  process.send({ id, url });
});
process.on('disconnect', () => process.exit(0));
