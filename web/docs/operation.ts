import { Kind, parse, type OperationDefinitionNode, type TypeNode } from 'graphql';

// What a document in the editor is, before anything of it is sent.

export type OperationKind = 'query' | 'mutation' | 'subscription';

export interface Operation {
  readonly kind: OperationKind;
  /** Null: it has none, and is alone. */
  readonly name: string | null;
  /** The first field: what it is called where it has no name. */
  readonly field: string;
  /** The variable that names the request, so that it is done once however often it is sent; null: it has none. */
  readonly keyVariable: string | null;
}

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

export function operationsOf(query: string): Read<readonly Operation[]> {
  try {
    const { definitions } = parse(query, { noLocation: true });
    const operations = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION).map(operationOf);
    if (operations.length === 0) return { ok: false, message: 'There is no query, mutation or subscription in it.' };
    return { ok: true, value: operations };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

function operationOf({ operation: kind, name, selectionSet, variableDefinitions = [] }: OperationDefinitionNode): Operation {
  const field = selectionSet.selections.find((one) => one.kind === Kind.FIELD);
  const key = variableDefinitions.find(({ type }) => innermost(type) === 'IdempotencyKey');
  return {
    ...{ kind, name: name?.value ?? null, field: field?.name.value ?? kind },
    keyVariable: key?.variable.name.value ?? null,
  };
}

function innermost(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : innermost(type.type);
}

export type Variables = Readonly<Record<string, unknown>>;

/** Nothing typed: none. */
export function variablesOf(text: string): Read<Variables> {
  if (text.trim() === '') return { ok: true, value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ok: true, value: value as Variables };
    return { ok: false, message: 'Variables are an object, such as { "marketId": "…" }.' };
  } catch (error) {
    return { ok: false, message: `Variables are no JSON: ${(error as Error).message}` };
  }
}

export function titleOf({ kind, name, field }: Operation): string {
  return `${kind} ${name ?? field}`;
}
