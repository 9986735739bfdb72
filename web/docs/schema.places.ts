import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';

// A place in the schema is a type, such as `Listing`, or a field or value of one, such as `Query.listings`.

export interface Entry {
  readonly name: string;
  /** As written in the schema; empty for values and members of a union. */
  readonly type: string;
  /** The type to go on to; null: there is nothing more to it. */
  readonly to: string | null;
  readonly description: string | null;
  readonly deprecated: string | null;
  readonly args: readonly Entry[];
}

const NOTHING: Pick<Entry, 'description' | 'deprecated' | 'args'> = { description: null, deprecated: null, args: [] };

export function entriesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly Entry[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).map((field) => ({ ...entryOf(field), args: field.args.map(entryOf) }));
  }
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(entryOf);
  if (isEnumType(type)) {
    return type.getValues().map(({ name, description, deprecationReason }) => ({
      ...{ name, type: '', to: null, args: [] },
      ...{ description: description ?? null, deprecated: deprecationReason ?? null },
    }));
  }
  if (isUnionType(type)) return schema.getPossibleTypes(type).map(({ name }) => ({ ...NOTHING, name, type: '', to: name }));
  return [];
}

interface Described {
  readonly name: string;
  readonly type: GraphQLType;
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

function entryOf({ name, type, description, deprecationReason }: Described): Entry {
  return {
    ...{ name, type: String(type), to: getNamedType(type).name, args: [] },
    ...{ description: description ?? null, deprecated: deprecationReason ?? null },
  };
}

const FOUND_MAX = 40;

/** Places whose name has this in it, those that begin so first; how many there are beyond those shown. */
export function search(schema: GraphQLSchema, text: string): { readonly found: readonly string[]; readonly more: number } {
  const wanted = text.trim().toLowerCase();
  const rank = (place: string): number => {
    const at = (place.split('.').at(-1) ?? '').toLowerCase().indexOf(wanted);
    return at < 0 ? Number.POSITIVE_INFINITY : Math.min(at, 1) * 2 + (place.includes('.') ? 1 : 0);
  };
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const places = types.flatMap((type) => [type.name, ...entriesOf(schema, type).filter(({ type: of }) => of !== '').map(({ name }) => `${type.name}.${name}`)]);
  const found = places.filter((place) => rank(place) < Number.POSITIVE_INFINITY).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return { found: found.slice(0, FOUND_MAX), more: Math.max(0, found.length - FOUND_MAX) };
}
