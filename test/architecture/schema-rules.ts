import { MetadataScanner } from '@nestjs/core';
import {
  GraphQLNonNull,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';
import 'reflect-metadata';
import { ACCESS, type AccessRule } from '../../src/api/graphql/access.js';

/** Where a schema breaks a rule, such as `Mutation.signUp: no description`. */
type Finding = string;

const rootTypes = (schema: GraphQLSchema): readonly GraphQLObjectType[] =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type !== null && type !== undefined,
  );

const fieldsOf = (type: GraphQLObjectType | null | undefined): GraphQLField<unknown, unknown>[] =>
  Object.values(type?.getFields() ?? {});

/** Metadata that the decorators of @nestjs/graphql leave on a method. */
const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVER_NAME = 'graphql:resolver_name';

/** The access rule of every root handler, by its place in the schema, such as `Query.viewer`. */
export function accessRulesOf(
  instances: readonly object[],
): ReadonlyMap<string, AccessRule | undefined> {
  const scanner = new MetadataScanner();
  const rules = new Map<string, AccessRule | undefined>();
  for (const instance of instances) {
    const prototype = Object.getPrototypeOf(instance) as Record<string, unknown> | null;
    for (const method of scanner.getAllMethodNames(prototype)) {
      const handler = prototype?.[method] as object;
      const root: unknown = Reflect.getMetadata(RESOLVER_TYPE, handler);
      const name: unknown = Reflect.getMetadata(RESOLVER_NAME, handler) ?? method;
      // Read as AccessGuard reads it.
      if (root !== undefined) rules.set(`${root}.${name}`, Reflect.getMetadata(ACCESS, handler));
    }
  }
  return rules;
}

/** Every query, mutation and subscription says who may call it. */
export function findOpenDoors(
  schema: GraphQLSchema,
  rules: ReturnType<typeof accessRulesOf>,
): readonly Finding[] {
  return rootTypes(schema).flatMap((root) =>
    fieldsOf(root).flatMap(({ name }) => {
      const place = `${root.name}.${name}`;
      if (!rules.has(place)) return [`${place}: no handler`];
      return rules.get(place) === undefined ? [`${place}: no access rule`] : [];
    }),
  );
}

/** Every mutation takes an idempotency key and answers with one success or typed rejections. */
export function findLooseMutations(schema: GraphQLSchema): readonly Finding[] {
  return fieldsOf(schema.getMutationType()).flatMap(({ name, args, type }) => {
    const key = args.find((argument) => argument.name === 'idempotencyKey');
    const hasKey = key?.type.toString() === 'IdempotencyKey!' && key.defaultValue === undefined;
    return [
      ...(hasKey ? [] : ['no argument idempotencyKey: IdempotencyKey!']),
      ...resultFindings(type),
    ].map((finding) => `Mutation.${name}: ${finding}`);
  });
}

function resultFindings(type: GraphQLType): readonly Finding[] {
  const union = isNonNullType(type) ? type.ofType : null;
  if (!isUnionType(union)) return [`answers with ${type}, not with a union that is never null`];
  const isRejection = (member: GraphQLObjectType): boolean =>
    member.getInterfaces().some(({ name }) => name === 'Rejection');
  const others = union.getTypes().filter((member) => !isRejection(member));
  const successes = others.filter(({ name }) => name.endsWith('Success'));
  return [
    ...(successes.length === 1 ? [] : [`${union} has ${successes.length} types named …Success`]),
    ...others
      .filter((member) => !successes.includes(member))
      .map((member) => `${member} in ${union} implements no Rejection`),
  ];
}

/** Everything is described but the root types, for which the framework takes no text. */
export function findUndescribed(schema: GraphQLSchema): readonly Finding[] {
  const roots = new Set(rootTypes(schema).map(({ name }) => name));
  const named = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const described = named.flatMap((type) => [
    ...(roots.has(type.name) ? [] : [{ place: type.name, description: type.description }]),
    ...partsOf(type),
  ]);
  return described
    .filter(({ description }) => (description ?? '').trim() === '')
    .map(({ place }) => `${place}: no description`);
}

interface Described {
  readonly place: string;
  readonly description: string | null | undefined;
}

interface Part {
  readonly name: string;
  readonly description?: Described['description'];
}

function partsOf(type: GraphQLNamedType): readonly Described[] {
  const within = (place: string, part: Part): Described => ({
    place: `${place}.${part.name}`,
    description: part.description,
  });
  if (isEnumType(type)) return type.getValues().map((value) => within(type.name, value));
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => within(type.name, field));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    within(type.name, field),
    ...field.args.map((argument) => within(`${type.name}.${field.name}`, argument)),
  ]);
}

/** Every list that can grow is read page by page; `bounded` names the queries whose lists cannot. */
export function findUnpagedLists(
  schema: GraphQLSchema,
  bounded: readonly string[],
): readonly Finding[] {
  return fieldsOf(schema.getQueryType()).flatMap((field) => {
    const findings = holdsList(field.type)
      ? [`a list that is no connection`].filter(() => !bounded.includes(field.name))
      : connectionFindings(field);
    return findings.map((finding) => `Query.${field.name}: ${finding}`);
  });
}

function holdsList(type: GraphQLType): boolean {
  if (isListType(type)) return true;
  return type instanceof GraphQLNonNull && holdsList(type.ofType);
}

function connectionFindings({ type, args }: GraphQLField<unknown, unknown>): readonly Finding[] {
  const named = getNamedType(type);
  if (!isObjectType(named) || !named.name.endsWith('Connection')) return [];
  const { edges, pageInfo } = named.getFields();
  const typeOf = (name: string): string => String(args.find((one) => one.name === name)?.type);
  return [
    ...(typeOf('first') === 'Int!' ? [] : ['a connection without first: Int!']),
    ...(typeOf('after') === 'String' ? [] : ['a connection without after: String']),
    ...(edges !== undefined && holdsList(edges.type) ? [] : [`${named} has no list of edges`]),
    ...(String(pageInfo?.type) === 'PageInfo!' ? [] : [`${named} has no pageInfo: PageInfo!`]),
  ];
}
