import {
  type GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { checkDocument, DOCUMENT_LIMITS } from './document-limits.js';

const DOCUMENTS_MAX = 2_000;
const DOCUMENT_CHARACTERS_MAX = 20_000;

export type CheckedDocument =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly errors: readonly GraphQLError[] };

/** Parses, validates and measures each distinct document once. */
export class DocumentCache {
  private readonly checked = new LRUCache<string, CheckedDocument>({ max: DOCUMENTS_MAX });

  constructor(private readonly schema: GraphQLSchema) {}

  check(source: string, mayIntrospect: boolean): CheckedDocument {
    const key = mayIntrospect ? source : `\u0000${source}`;
    const known = this.checked.get(key);
    if (known !== undefined) return known;
    const result = this.checkNew(source, mayIntrospect);
    if (source.length <= DOCUMENT_CHARACTERS_MAX) this.checked.set(key, result);
    return result;
  }

  private checkNew(source: string, mayIntrospect: boolean): CheckedDocument {
    let document: DocumentNode;
    try {
      document = parse(source, { maxTokens: DOCUMENT_LIMITS.tokens, noLocation: false });
    } catch (error) {
      return { ok: false, errors: [error as GraphQLError] };
    }
    const rules = mayIntrospect
      ? specifiedRules
      : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const invalid = validate(this.schema, document, rules, { maxErrors: 10 });
    const errors = invalid.length > 0 ? invalid : checkDocument(document);
    return errors.length > 0 ? { ok: false, errors } : { ok: true, document };
  }
}
