// The house of docs/ARCHITECTURE.md as rules: who may import whom.
const DOMAINS = 'identity|providers|allocation|metering|billing|notices|gateway|processes';
const model = '^src/[^/]+/model/';
const tests = '\\.(spec|property)\\.ts$';

/** `domain` may import the contracts of those upstream of it, and no other domain at all. */
const upstream = (domain, allowed) => ({
  name: `upstream-${domain}`,
  comment: `${domain} may know ${allowed.join(', ') || 'no other domain'}`,
  severity: 'error',
  from: { path: `^src/${domain}/`, pathNot: tests },
  to: {
    path: `^src/(${DOMAINS})/`,
    pathNot: [`^src/${domain}/`, ...allowed.map((name) => `^src/${name}/contract\\.ts$`)],
  },
});

/** A package has one home. */
const home = (name, packages, path) => ({
  name: `home-of-${name}`,
  comment: `${name} is used in ${path} only`,
  severity: 'error',
  from: { path: '^src/', pathNot: path },
  to: { path: `^node_modules/(${packages})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^(src|web)/', pathNot: '^src/platform/prisma/generated/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'kernel-alone', severity: 'error', from: { path: '^src/kernel/', pathNot: tests }, to: { pathNot: '^src/kernel/' } },
    { name: 'model-pure', severity: 'error', from: { path: model, pathNot: tests }, to: { path: '^(node_modules|src)/', pathNot: ['^src/kernel/', '^src/[^/]+/model/', '^src/[^/]+/contract\\.ts$', '^node_modules/zod/'] } },
    { name: 'eventstore-knows-no-domain', severity: 'error', from: { path: '^src/eventstore/' }, to: { path: '^src/', pathNot: ['^src/(eventstore|kernel)/', '^src/platform/'] } },
    { name: 'platform-knows-no-domain', severity: 'error', from: { path: '^src/platform/' }, to: { path: '^src/', pathNot: ['^src/(platform|kernel)/'] } },
    { name: 'front-door', severity: 'error', from: { path: '^src/api/' }, to: { path: '^src/', pathNot: ['^src/(api|platform|kernel)/', '^src/identity/contract\\.ts$'] } },
    upstream('identity', []),
    upstream('providers', ['identity']),
    upstream('allocation', ['identity', 'providers']),
    upstream('metering', ['identity', 'providers', 'allocation']),
    upstream('billing', ['identity', 'providers', 'allocation', 'metering']),
    upstream('notices', ['identity', 'providers', 'allocation', 'metering', 'billing']),
    upstream('gateway', ['identity', 'providers', 'allocation', 'metering']),
    upstream('processes', ['identity', 'providers', 'allocation', 'metering', 'billing', 'gateway']),
    { name: 'nobody-imports-processes', severity: 'error', from: { path: '^src/', pathNot: ['^src/processes/', '^src/app\\.module\\.ts$'] }, to: { path: '^src/processes/' } },
    { name: 'web-knows-kernel-only', comment: 'the client talks to the API; it shares the rules of numbers and time', severity: 'error', from: { path: '^web/' }, to: { path: '^(src|test|scripts)/', pathNot: '^src/kernel/' } },
    { name: 'web-upstream-identity', severity: 'error', from: { path: '^web/(api|ui)/' }, to: { path: '^web/', pathNot: '^web/(api|ui)/' } },
    { name: 'web-upstream-providers', severity: 'error', from: { path: '^web/(identity|platform|providers)/' }, to: { path: '^web/(admin|allocation|billing)/' } },
    { name: 'web-amounts-say-usd', comment: 'an amount is shown with its currency: usd() in text, <Money> on a page, <Amount> below a heading that says USD', severity: 'error', from: { path: '^web/', pathNot: '^web/ui/(format|values)\\.tsx?$' }, to: { path: '^web/ui/usd-figure\\.ts$' } },
    { name: 'nobody-imports-web', severity: 'error', from: { path: '^src/' }, to: { path: '^web/' } },
    home('react', 'react|react-dom|@base-ui|@urql|@tanstack|uplot|wouter|lucide-react|@fontsource-variable|@codemirror|@lezer|cm6-graphql', '^web/'),
    home('stripe', 'stripe', '^src/billing/adapter/'),
    home('highs', 'highs', '^src/allocation/adapter/'),
    home('sketches', '@datadog/sketches-js', '^src/metering/adapter/'),
    home('undici', 'undici', '^src/(gateway|notices)/adapter/'),
    home('addresses', 'ipaddr\\.js', '^src/platform/network/'),
    home('nodemailer', 'nodemailer', '^src/notices/adapter/'),
    home('documents', 'pdfkit|@cantoo/pdf-lib|@e-invoice-eu/core|dejavu-fonts-ttf|fflate', '^src/billing/adapter/document/'),
    home('parquet', 'hyparquet|hyparquet-writer', '^src/billing/adapter/table/'),
    home('bullmq', 'bullmq|ioredis|@bull-board', '^src/platform/'),
    home('ws', 'ws|graphql-ws', '^src/api/graphql/'),
    { name: 'model-without-frameworks', severity: 'error', from: { path: ['^src/kernel/', model] }, to: { path: '^node_modules/(@nestjs|@prisma|pg|fastify|bullmq|ioredis|stripe)/' } },
    { name: 'no-tests-in-product', severity: 'error', from: { path: '^src/', pathNot: tests }, to: { path: ['^(test|scripts)/', '\\.(spec|property)\\.ts$', '^node_modules/(jest|fast-check|playwright-core|openai|ai|@ai-sdk)/'] } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '^src/(print-schema|verify)\\.ts$', '^src/main\\.ts$', '^src/platform/prisma/generated/', tests] }, to: {} },
    { name: 'resolvable', severity: 'error', from: { path: '^(src|web)/' }, to: { couldNotResolve: true, pathNot: 'schema\\.types\\.js$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
