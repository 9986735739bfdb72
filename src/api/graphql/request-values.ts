import { GraphQLError, visit, type DocumentNode } from 'graphql';
import { DOCUMENT_LIMITS, tooLarge } from './document-limits.js';

/** PostgreSQL keeps no U+0000, and UTF-8 no half of a surrogate pair. */
const UNSTORABLE = /[\u0000\p{Cs}]/u;

/** Errors for variables, however deep, that are too many, forge a prototype or cannot be kept. */
export function checkVariables(variables: unknown): readonly GraphQLError[] {
  const waiting: unknown[] = [variables];
  for (let seen = 0; waiting.length > 0; seen += 1) {
    if (seen + waiting.length > DOCUMENT_LIMITS.values) {
      const most = DOCUMENT_LIMITS.values;
      return [tooLarge(`the variables have too many values; at most ${most} are accepted`)];
    }
    const value = waiting.pop();
    if (typeof value === 'string' && UNSTORABLE.test(value)) return unstorable();
    if (!isContainer(value)) continue;
    if (Object.hasOwn(value, '__proto__')) return refuse('variables: no key __proto__ is accepted');
    for (const inner of Object.values(value)) waiting.push(inner);
  }
  return [];
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The same for strings that are written out in a document. */
export function checkLiterals(document: DocumentNode): readonly GraphQLError[] {
  let isFound = false;
  visit(document, {
    StringValue: ({ value }) => {
      isFound ||= UNSTORABLE.test(value);
    },
  });
  return isFound ? unstorable() : [];
}

function unstorable(): readonly GraphQLError[] {
  return refuse('strings: expected Unicode text without U+0000 and without half surrogate pairs');
}

function refuse(message: string): readonly GraphQLError[] {
  return [new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })];
}
