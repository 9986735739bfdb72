import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../../../kernel/assert.js';

/** A JSON Schema of request parameters: the keywords that scripts/stripe-schemas.mjs writes. */
export interface ParameterSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly additionalProperties?: false | ParameterSchema;
  readonly required?: readonly string[];
  readonly items?: ParameterSchema;
  readonly anyOf?: readonly ParameterSchema[];
  readonly enum?: readonly string[];
}

export interface StripeRoute {
  /** Resource and method, such as `payment_intents.create`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The SDK's type of its parameters. */
  readonly params: string;
}

/** What Stripe publishes about itself, as far as Headroom uses it: the files of data/stripe. */
export interface StripeDescription {
  readonly sdkVersion: string;
  readonly routes: readonly StripeRoute[];
  readonly schemas: Readonly<Record<string, ParameterSchema>>;
  /** One published example of each resource. */
  readonly fixtures: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const FOLDER = join('data', 'stripe');

let known: StripeDescription | null = null;

/** Reads the files once. */
export function stripeDescription(): StripeDescription {
  return (known ??= read());
}

function read(): StripeDescription {
  const folder = findFolder(dirname(fileURLToPath(import.meta.url)));
  const parse = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { sdkVersion, schemas } = parse('request-schemas.json') as StripeDescription;
  const { resources } = parse('fixtures.json') as { resources: StripeDescription['fixtures'] };
  const routes = parse('routes.json') as StripeRoute[];
  return { sdkVersion, routes, schemas, fixtures: resources };
}

/** The sources and the build lie at different depths below the folder that holds `data`. */
function findFolder(from: string): string {
  const folder = join(from, FOLDER);
  if (existsSync(folder)) return folder;
  const parent = dirname(from);
  assert(parent !== from, `no folder ${FOLDER} above the program`);
  return findFolder(parent);
}
