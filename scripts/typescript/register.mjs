// `node --import` of this file runs TypeScript sources as they are, compiled by SWC as the product is.
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
