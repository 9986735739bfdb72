import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNullableType,
  isNonNullType,
  isRequiredArgument,
  isScalarType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { TestApp } from './app.js';

export const schemaOf = ({ application }: TestApp): GraphQLSchema =>
  application.get(GraphQLSchemaHost).schema;

/** Everything that can be selected of a type, in braces; fields that need arguments are left out. */
export function everything(type: GraphQLNamedType): string {
  if (isUnionType(type)) {
    const members = type.getTypes().map((one) => `... on ${one.name} ${fieldsOf(one, one.name)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  return isCompositeType(type) ? fieldsOf(type as GraphQLObjectType, null) : '';
}

/** Members of a union may have one name for two things: there each has its type's name before it. */
function fieldsOf(type: GraphQLObjectType, prefix: string | null): string {
  const fields = Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
  const isPlain = (name: string): boolean => prefix === null || ['code', 'message'].includes(name);
  const selected = fields.map((field) => {
    const alias = isPlain(field.name) ? '' : `${prefix}_${field.name}: `;
    return `${alias}${field.name} ${everything(getNamedType(field.type))}`;
  });
  return `{ ${selected.join(' ')} }`;
}

/** Where an input can be given, such as `Mutation.reserve.input.listingId`, and what goes there. */
export interface Place {
  readonly path: string;
  readonly root: 'Query' | 'Mutation';
  readonly field: string;
  /** From the argument on. */
  readonly keys: readonly string[];
  readonly scalar: string;
  /** Many may be given, or none. */
  readonly isList: boolean;
  /** Null says that it is left out. */
  readonly isNullable: boolean;
}

/** Every scalar that a query or mutation can be given, within inputs too. */
export function placesOf(schema: GraphQLSchema): readonly Place[] {
  const roots = [schema.getQueryType(), schema.getMutationType()] as const;
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) =>
      field.args.flatMap((argument) =>
        scalarsIn(argument.type, [argument.name]).map((scalar) => ({
          path: [root?.name, field.name, ...scalar.keys].join('.'),
          root: root?.name as Place['root'],
          field: field.name,
          ...scalar,
        })),
      ),
    ),
  );
}

function scalarsIn(
  type: GraphQLInputType,
  keys: readonly string[],
): readonly Pick<Place, 'keys' | 'scalar' | 'isList' | 'isNullable'>[] {
  const named = getNamedType(type);
  const isList = isListType(getNullableType(type));
  const isNullable = isNullableType(type);
  if (isScalarType(named)) return [{ keys, scalar: named.name, isList, isNullable }];
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    scalarsIn(field.type, [...keys, field.name]),
  );
}

/** An operation of one field that takes its arguments as variables and selects all there is. */
export function operationOf(schema: GraphQLSchema, root: Place['root'], name: string): string {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  const field = type?.getFields()[name] as GraphQLField<unknown, unknown>;
  const list = (of: (argument: GraphQLArgument) => string): string =>
    field.args.length === 0 ? '' : `(${field.args.map(of).join(', ')})`;
  const variables = list((argument) => `$${argument.name}: ${typeOf(argument)}`);
  const given = list((argument) => `${argument.name}: $${argument.name}`);
  const selection = everything(getNamedType(field.type));
  return `${root.toLowerCase()}${variables} { answer: ${name}${given} ${selection} }`;
}

/** What has a default in the schema may be left out. */
const typeOf = ({ type, defaultValue }: GraphQLArgument): string =>
  defaultValue === undefined ? String(type) : String(type).replace(/!$/, '');

const SAMPLES: Readonly<Record<string, unknown>> = {
  BigCount: '1',
  Int: 1,
  Boolean: true,
  String: 'x',
  ID: 'x',
  Instant: '2026-11-21T14:00:00Z',
  TokensPerSecond: '1',
  AvailableTokensPerSecond: '0',
  MicroUSD: '1',
};
let keys = 0;

/** Variables for `operationOf` that fit its types, each time with a new key. */
export function sampleOf(
  schema: GraphQLSchema,
  root: Place['root'],
  name: string,
): Record<string, unknown> {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  const args = type?.getFields()[name]?.args ?? [];
  return Object.fromEntries(args.filter(isRequiredArgument).map((one) => [one.name, sample(one.type)]));
}

function sample(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sample(type.ofType as GraphQLInputType);
  if (isListType(type)) return [sample(type.ofType as GraphQLInputType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return sampleScalar(getNamedType(type).name);
  return Object.fromEntries(
    Object.values(type.getFields()).map((field) => [field.name, sample(field.type)]),
  );
}

function sampleScalar(name: string): unknown {
  keys += 1;
  const value = name === 'IdempotencyKey' ? `sample-${keys}` : SAMPLES[name];
  if (value === undefined) throw new Error(`no sample of ${name}`);
  return value;
}

/** A copy with another value at the end of the keys. */
export function withValueAt(
  input: Record<string, unknown>,
  [key, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (key === undefined) throw new Error('no key');
  if (rest.length === 0) return { ...input, [key]: value };
  const inner = input[key];
  const changed = Array.isArray(inner)
    ? inner.map((one) => withValueAt(one as Record<string, unknown>, rest, value))
    : withValueAt((inner ?? {}) as Record<string, unknown>, rest, value);
  return { ...input, [key]: changed };
}
