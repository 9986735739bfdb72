// `npm start`: compiles what changed, then becomes the product.
import { build } from './build.mjs';

await build();
await import('../dist/main.js');
