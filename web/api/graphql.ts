import type { initGraphQLTada, TadaDocumentNode } from 'gql.tada';
import type { introspection } from './schema.types.js';

/** Money, quantities and instants stay the text they are: see ui/format.ts for how they are shown. */
interface Schema {
  readonly introspection: introspection;
  readonly disableMasking: true;
  readonly scalars: {
    readonly ID: string;
    readonly Instant: string;
    readonly MicroUSD: string;
    readonly TokensPerSecond: string;
    readonly AvailableTokensPerSecond: string;
    readonly BigCount: string;
    readonly WeightedTokens: string;
    readonly TokenHours: string;
    readonly IdempotencyKey: string;
  };
}

interface Text {
  readonly text: string;
  readonly fragments: readonly Text[];
}

function withFragments(text: string, fragments: readonly Text[] = []): Text {
  return { text, fragments };
}

/**
 * Types a document by the schema: `ResultOf<typeof DOCUMENT>`. gql.tada is here for its types only;
 * what travels is the text, which the server parses once, and a test validates all of them.
 */
export const graphql = withFragments as unknown as ReturnType<typeof initGraphQLTada<Schema>>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any document, whatever its decoration
export type Document<Result, Variables> = TadaDocumentNode<Result, Variables, any>;

/** What is sent: the operation, and each fragment that it uses once. */
export function textOf(document: object): string {
  const seen = new Set<Text>();
  const collect = (one: Text): void => {
    if (seen.has(one)) return;
    seen.add(one);
    one.fragments.forEach(collect);
  };
  collect(document as Text);
  return [...seen].map(({ text }) => text).join('\n');
}
