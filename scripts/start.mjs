// `npm start`: compiles and bundles what changed, then becomes the product.
import { build } from './build.mjs';
import { buildWeb } from './build-web.mjs';

await Promise.all([build(), buildWeb()]);
await import('../dist/main.js');
