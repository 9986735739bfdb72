// `npm start`: compiles and bundles what changed, then becomes the product.
import { build } from './build.mjs';
import { buildWeb } from './build-web.mjs';

// Started by a program that keeps a channel to it, such as the demo: ends with that, however it ended.
if (process.channel) process.once('disconnect', () => process.kill(process.pid, 'SIGINT'));

await Promise.all([build(), buildWeb()]);
await import('../dist/main.js');
