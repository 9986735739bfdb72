// How web/ becomes dist-web/. `npx vite web` serves it with hot reload against a product that runs on
// PORT (default 4000); scripts/build-web.mjs builds it for `npm start`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const product = `http://127.0.0.1:${process.env.PORT ?? 4000}`;

/** The typeface of the first words is asked for with the page, so that they are set once. */
function preloadTypeface() {
  return {
    name: 'preload-typeface',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => /geist-latin-wght-normal.*\.woff2$/.test(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${name}` },
            injectTo: 'head',
          })),
    },
  };
}

/** Figures and code that were shown stay where they are: a typeface that comes late is for the next page. */
function keepWhatWasShown() {
  return {
    name: 'keep-what-was-shown',
    enforce: 'pre',
    transform: (code, id) =>
      id.includes('@fontsource-variable') ? code.replaceAll('font-display: swap', 'font-display: optional') : null,
  };
}

export default {
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  plugins: [preloadTypeface(), keepWhatWasShown()],
  define: { 'process.env.NODE_ENV': '"production"' },
  server: {
    proxy: {
      '/graphql': { target: product, ws: true },
      '/exports': product,
      '/v1': product,
    },
  },
  build: {
    outDir: join(root, '../dist-web'),
    target: ['es2022', 'chrome111', 'firefox114', 'safari16.4'],
    // The policy of the page allows nothing inline: no data: addresses, no script in the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One sheet: a page that arrives later finds its styles there, and nothing moves.
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // Marks of another kind of build, in every file of the component library: they mean nothing here.
      checks: { moduleLevelDirective: false },
      output: {
        ...{ assetFileNames: 'assets/[name]-[hash][extname]', entryFileNames: 'assets/[name]-[hash].js' },
        chunkFileNames: 'assets/[name]-[hash].js',
      },
    },
  },
};
