import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What one request may ask for. A document over a limit is refused before anything runs. */
export const DOCUMENT_LIMITS = {
  tokens: 2_000,
  depth: 15,
  aliases: 60,
  rootFields: 30,
  /** Fields that could be answered, pages counted at their size. */
  fields: 50_000,
  pageSize: 100,
  /** In the variables, at every depth. */
  values: 20_000,
} as const;

/** What a page holds that names no size. */
export const PAGE_SIZE_DEFAULT = 20;

const MEASURED = ['depth', 'aliases', 'rootFields', 'fields'] as const;
type Limited = (typeof MEASURED)[number];
type Measure = Readonly<Record<Limited, number>> & {
  /** These are the selections of a page. */
  readonly hasEdges: boolean;
};

const NOTHING: Measure = { depth: 0, aliases: 0, rootFields: 0, fields: 0, hasEdges: false };
/** A fragment while it is measured: one that spreads itself has no end. */
const ENDLESS: Measure = { ...NOTHING, depth: Number.POSITIVE_INFINITY };

/** One error for each limit that the document passes. It need not be valid yet. */
export function checkDocument(document: DocumentNode): readonly GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const measured = new Map<string, Measure>();
  const sizes = document.definitions.map((definition) => {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      return measureSelections(definition.selectionSet, fragments, measured);
    }
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) return NOTHING;
    return { ...measureFragment(definition.name.value, fragments, measured), rootFields: 0 };
  });
  const largest = (limit: Limited): number => Math.max(0, ...sizes.map((size) => size[limit]));
  return MEASURED.flatMap((limit) => refuse(limit, largest(limit)));
}

function refuse(limit: Limited, actual: number): readonly GraphQLError[] {
  const most = DOCUMENT_LIMITS[limit];
  if (actual <= most) return [];
  return [tooLarge(`the document's ${limit} is ${actual}; at most ${most} is accepted`)];
}

export function tooLarge(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'DOCUMENT_TOO_LARGE' } });
}

function measureSelections(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Measure>,
): Measure {
  return selections.reduce<Measure>((sum, selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return combine(sum, measureField(selection, fragments, measured));
      case Kind.INLINE_FRAGMENT:
        return combine(sum, measureSelections(selection.selectionSet, fragments, measured));
      case Kind.FRAGMENT_SPREAD:
        return combine(sum, measureFragment(selection.name.value, fragments, measured));
    }
  }, NOTHING);
}

/** Each fragment once, however often it is spread: a document cannot make this expensive. */
function measureFragment(
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Measure>,
): Measure {
  const known = measured.get(name);
  if (known !== undefined) return known;
  measured.set(name, ENDLESS);
  const fragment = fragments.get(name);
  if (fragment === undefined) return NOTHING;
  const measure = measureSelections(fragment.selectionSet, fragments, measured);
  measured.set(name, measure);
  return measure;
}

function measureField(
  field: FieldNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Measure>,
): Measure {
  const aliases = field.alias === undefined ? 0 : 1;
  const inner =
    field.selectionSet === undefined
      ? NOTHING
      : measureSelections(field.selectionSet, fragments, measured);
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + aliases,
    rootFields: 1,
    fields: 1 + inner.fields * pageSizeOf(field, inner.hasEdges),
    hasEdges: field.name.value === 'edges',
  };
}

/** A page size that is not written out is taken at its largest. */
function pageSizeOf(field: FieldNode, hasEdges: boolean): number {
  const page = field.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last');
  if (page === undefined) return hasEdges ? PAGE_SIZE_DEFAULT : 1;
  if (page.value.kind !== Kind.INT) return DOCUMENT_LIMITS.pageSize;
  return Math.min(Math.max(1, Number(page.value.value)), DOCUMENT_LIMITS.pageSize);
}

function combine(a: Measure, b: Measure): Measure {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    rootFields: a.rootFields + b.rootFields,
    fields: Math.min(a.fields + b.fields, Number.MAX_SAFE_INTEGER),
    hasEdges: a.hasEdges || b.hasEdges,
  };
}
