import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { checkDocument, DOCUMENT_LIMITS, tooLarge } from './document-limits.js';
import { checkLiterals } from './request-values.js';

const DOCUMENTS_MAX = 2_000;
/** Of all documents in a cache; a parsed one takes some hundred bytes for each character. */
const CHARACTERS_MAX = 500_000;
const DOCUMENT_CHARACTERS_MAX = 20_000;

export type CheckedDocument =
  | { readonly ok: true; readonly document: DocumentNode }
  | {
      readonly ok: false;
      /** `refused`: hostile or too large. `invalid`: not of this language or schema. */
      readonly reason: 'refused' | 'invalid';
      readonly errors: readonly GraphQLError[];
    };

/** Parses, validates and measures each distinct document once. */
export class DocumentCache {
  private readonly introspecting = newCache();
  private readonly plain = newCache();

  constructor(private readonly schema: GraphQLSchema) {}

  check(source: string, mayIntrospect: boolean): CheckedDocument {
    const cache = mayIntrospect ? this.introspecting : this.plain;
    const known = cache.get(source);
    if (known !== undefined) return known;
    const result = this.checkNew(source, mayIntrospect);
    if (source.length <= DOCUMENT_CHARACTERS_MAX) cache.set(source, result);
    return result;
  }

  private checkNew(source: string, mayIntrospect: boolean): CheckedDocument {
    try {
      const document = parse(source, { maxTokens: DOCUMENT_LIMITS.tokens });
      // Limits first: validating costs more than measuring.
      const refused = [...checkDocument(document), ...checkLiterals(document)];
      if (refused.length > 0) return { ok: false, reason: 'refused', errors: refused };
      const rules = mayIntrospect
        ? specifiedRules
        : [...specifiedRules, NoSchemaIntrospectionCustomRule];
      const errors = validate(this.schema, document, rules, { maxErrors: 10 });
      return errors.length > 0 ? { ok: false, reason: 'invalid', errors } : { ok: true, document };
    } catch (error) {
      return explain(error);
    }
  }
}

function newCache(): LRUCache<string, CheckedDocument> {
  return new LRUCache({
    max: DOCUMENTS_MAX,
    maxSize: CHARACTERS_MAX,
    sizeCalculation: (_result, source) => source.length + 1,
  });
}

function refuse(error: GraphQLError): CheckedDocument {
  return { ok: false, reason: 'refused', errors: [error] };
}

function explain(error: unknown): CheckedDocument {
  // The parser and the rules recurse; what is nested deeper than the stack passes any limit.
  if (error instanceof RangeError) return refuse(tooLarge('the document is nested too deeply'));
  if (!(error instanceof GraphQLError)) throw error;
  if (!error.message.includes('tokens. Parsing aborted')) {
    return { ok: false, reason: 'invalid', errors: [error] };
  }
  const { tokens } = DOCUMENT_LIMITS;
  return refuse(tooLarge(`the document has more tokens than ${tokens}, which are accepted`));
}
