/**
 * Derives a JSON Schema for the request parameters of every Stripe route that Headroom calls.
 *
 *   npm exec --yes --package=ts-json-schema-generator@2.4.0 -- node scripts/stripe-schemas.mjs
 *
 * Reads the routes of data/stripe/routes.json and the types of the installed `stripe` SDK (Stripe
 * generates them from its published API description) and writes data/stripe/request-schemas.json.
 * To call one more route, add its row to routes.json and run the command again; run it too after
 * every upgrade of the SDK, a test compares the versions. The generator brings its own
 * TypeScript 5 and is never a dependency of the product: the committed file is what runs.
 *
 * The SDK's types say what a program may pass; the schemas say what may arrive in form data:
 * - a number is an integer, unless its name says it is a percentage;
 * - null does not exist on the wire: the SDK sends it as the empty string, which unsets;
 * - a text that cannot be unset is not empty;
 * - metadata has Stripe's published limits.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stripe } from 'stripe';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const data = join(root, 'data', 'stripe');
const REF = '#/definitions/';
/** https://docs.stripe.com/api/metadata */
const METADATA = {
  type: 'object',
  maxProperties: 50,
  propertyNames: { maxLength: 40 },
  additionalProperties: { type: 'string', maxLength: 500 },
};
const DECIMAL = { type: 'string', pattern: '^-?\\d+(\\.\\d{1,12})?$' };

function generate(routes) {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-schemas-'));
  try {
    const types = [...new Set(routes.map((route) => route.params))];
    const lines = types.map((type, index) => `export type Params${index} = Stripe.${type};`);
    writeFileSync(
      join(folder, 'entry.ts'),
      [`import type { Stripe } from 'stripe';`, ...lines].join('\n'),
    );
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compilerSettings()));
    const flags = ['--no-top-ref', '--jsDoc', 'none', '--no-ref-encode'];
    const output = execFileSync(
      'ts-json-schema-generator',
      ['--path', 'entry.ts', '--tsconfig', 'tsconfig.json', ...flags],
      { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, shell: isWindows() },
    );
    return JSON.parse(output).definitions;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compilerSettings() {
  const modules = join(root, 'node_modules');
  return {
    compilerOptions: {
      module: 'NodeNext',
      moduleResolution: 'NodeNext',
      target: 'ES2022',
      strict: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(modules, '@types')],
      paths: { stripe: [join(modules, 'stripe', 'esm', 'stripe.esm.node.d.ts')] },
    },
    files: ['entry.ts'],
  };
}

function isWindows() {
  return process.platform === 'win32';
}

/** Puts every referenced definition in place: the names that the generator makes are not stable. */
function inline(node, definitions, name = '', path = []) {
  if (Array.isArray(node)) return node.map((item) => inline(item, definitions, name, path));
  if (node === null || typeof node !== 'object') return node;
  if (typeof node.$ref !== 'string') {
    const members = Object.entries(node).map(([key, value]) => [
      key,
      inline(value, definitions, key, path),
    ]);
    return onTheWire(Object.fromEntries(members), name);
  }
  const target = node.$ref.slice(REF.length);
  if (target === 'Decimal') return DECIMAL;
  if (target === 'MetadataParam') return METADATA;
  if (path.includes(target)) throw new Error(`${target} refers to itself`);
  if (!(target in definitions)) throw new Error(`${target} is not defined`);
  return inline(definitions[target], definitions, name, [...path, target]);
}

/** One schema node, turned from what TypeScript says into what form data can say. */
function onTheWire(schema, name) {
  if (Array.isArray(schema.anyOf)) return union(schema.anyOf);
  if (schema.const !== undefined) return { enum: [schema.const] };
  if (Array.isArray(schema.enum)) {
    return { enum: [...new Set(schema.enum.map((value) => value ?? ''))].sort() };
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => onTheWire({ type }, name)));
  }
  if (schema.type === 'null') return { enum: [''] };
  if (schema.type === 'number') return { type: name.includes('percent') ? 'number' : 'integer' };
  if (schema.type === 'string') return { type: 'string', minLength: 1 };
  return schema;
}

/**
 * Joins the alternatives. The SDK leaves enumerations open for values that its version does not
 * know yet; the API refuses a value that it does not know, so here they are closed again.
 */
function union(alternatives) {
  const flat = alternatives.flatMap((schema) => schema.anyOf ?? [schema]);
  const literals = [...new Set(flat.flatMap((schema) => schema.enum ?? []))].sort();
  const isText = (schema) => schema.type === 'string' && schema.pattern === undefined;
  const others = flat.filter((schema) => schema.enum === undefined && !isText(schema));
  if (literals.some((value) => value !== '')) return oneOrAny([...others, { enum: literals }]);
  if (!flat.some(isText)) {
    return oneOrAny(literals.length > 0 ? [...others, { enum: literals }] : others);
  }
  const text = literals.length > 0 ? { type: 'string' } : { type: 'string', minLength: 1 };
  return oneOrAny([...others, text]);
}

function oneOrAny(schemas) {
  return schemas.length === 1 ? schemas[0] : { anyOf: schemas };
}

function assertClosed(node, path) {
  if (node === null || typeof node !== 'object') return;
  if (node.type === 'object' && !('additionalProperties' in node)) {
    throw new Error(`${path} is an open object`);
  }
  for (const [key, value] of Object.entries(node)) assertClosed(value, `${path}/${key}`);
}

/** One parameter a line, so that a change of Stripe's API shows as a change of lines. */
function format(file) {
  const schemas = Object.entries(file.schemas).map(([operation, schema]) => {
    const { properties = {}, ...rest } = schema;
    const lines = Object.entries(properties).map(
      ([name, value]) => `        ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
    );
    const head = JSON.stringify(rest).slice(0, -1);
    return `    ${JSON.stringify(operation)}: ${head},"properties":{\n${lines.join(',\n')}\n    }}`;
  });
  const { source, sdkVersion, apiVersion } = file;
  return (
    `{\n  "source": ${JSON.stringify(source)},\n` +
    `  "sdkVersion": ${JSON.stringify(sdkVersion)},\n` +
    `  "apiVersion": ${JSON.stringify(apiVersion)},\n` +
    `  "schemas": {\n${schemas.join(',\n')}\n  }\n}\n`
  );
}

const routes = JSON.parse(readFileSync(join(data, 'routes.json'), 'utf8'));
const definitions = generate(routes);
const schemas = {};
for (const { operation, params } of routes) {
  schemas[operation] = inline({ $ref: `${REF}${params}` }, definitions);
  assertClosed(schemas[operation], operation);
}
writeFileSync(
  join(data, 'request-schemas.json'),
  format({
    source: 'scripts/stripe-schemas.mjs, from the types of the stripe SDK; do not edit',
    sdkVersion: Stripe.PACKAGE_VERSION,
    apiVersion: Stripe.API_VERSION,
    schemas,
  }),
);
console.log(`${routes.length} routes of Stripe ${Stripe.API_VERSION} written`);
