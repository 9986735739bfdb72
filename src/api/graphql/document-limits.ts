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
} as const;

interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

const NOTHING: Measure = { depth: 0, aliases: 0, fields: 0 };
const INTROSPECTION = new Set(['__schema', '__type', '__typename']);

/** Errors for every limit that the document passes; call it on a valid document only. */
export function checkDocument(document: DocumentNode): readonly GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const measured = new Map<string, Measure>();
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const { selectionSet } = definition;
    const size = measureSelections(selectionSet, fragments, measured);
    const rootFields = selectionSet.selections.length;
    return [
      ...refuse('depth', size.depth),
      ...refuse('aliases', size.aliases),
      ...refuse('rootFields', rootFields),
      ...refuse('fields', size.fields),
    ];
  });
}

function refuse(limit: keyof typeof DOCUMENT_LIMITS, actual: number): readonly GraphQLError[] {
  if (actual <= DOCUMENT_LIMITS[limit]) return [];
  const message = `the document's ${limit} is ${actual}; at most ${DOCUMENT_LIMITS[limit]} is accepted`;
  return [new GraphQLError(message, { extensions: { code: 'DOCUMENT_TOO_LARGE' } })];
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
  measured.set(name, NOTHING);
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
  if (INTROSPECTION.has(field.name.value)) return { depth: 1, aliases, fields: 1 };
  const inner =
    field.selectionSet === undefined
      ? NOTHING
      : measureSelections(field.selectionSet, fragments, measured);
  return {
    depth: inner.depth + 1,
    aliases: inner.aliases + aliases,
    fields: 1 + inner.fields * pageSizeOf(field),
  };
}

/** A page size that is not written out is taken at its largest. */
function pageSizeOf(field: FieldNode): number {
  const page = field.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last');
  if (page === undefined) return 1;
  if (page.value.kind !== Kind.INT) return DOCUMENT_LIMITS.pageSize;
  return Math.min(Math.max(1, Number(page.value.value)), DOCUMENT_LIMITS.pageSize);
}

function combine(a: Measure, b: Measure): Measure {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    fields: Math.min(a.fields + b.fields, Number.MAX_SAFE_INTEGER),
  };
}
