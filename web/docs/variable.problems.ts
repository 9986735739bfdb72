import { jsonLanguage } from '@codemirror/lang-json';
import type { SyntaxNode } from '@lezer/common';
import {
  coerceInputValue,
  isInputType,
  isNonNullType,
  Kind,
  parse,
  print,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { variablesOf, type Variables } from './operation.js';

/** Where something is wrong with the variables, and what. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

type Path = readonly (string | number)[];

/**
 * What the exchange would say of variables that are JSON: a value of another type, one that is missing, one that
 * nothing asks for. Scalars are the exchange's to judge. Nothing while the query itself cannot be read.
 */
export function problemsOf(text: string, query: string, schema: GraphQLSchema): readonly Problem[] {
  const read = variablesOf(text);
  const definitions = definitionsOf(query);
  if (!read.ok || definitions === null) return [];
  const names = definitions.map(({ variable }) => variable.name.value);
  const unknown = Object.keys(read.value)
    .filter((name) => !names.includes(name))
    .map((name) => ({ ...placeOf(text, [name]), message: `No operation has a variable $${name}` }));
  return [...unknown, ...definitions.flatMap((one) => problemsWith(one, { values: read.value, text, schema }))];
}

interface Given {
  readonly values: Variables;
  readonly text: string;
  readonly schema: GraphQLSchema;
}

function problemsWith(definition: VariableDefinitionNode, { values, text, schema }: Given): readonly Problem[] {
  const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
  if (type === undefined || !isInputType(type)) return [];
  const name = definition.variable.name.value;
  const value = values[name];
  if (value === undefined) {
    const isAsked = isNonNullType(type) && definition.defaultValue === undefined;
    return isAsked ? [{ ...placeOf(text, []), message: `$${name} of type ${print(definition.type)} is missing` }] : [];
  }
  const problems: Problem[] = [];
  coerceInputValue(value, type, (path, _value, { message }) => {
    problems.push({ ...placeOf(text, [name, ...path]), message });
  });
  return problems;
}

function definitionsOf(query: string): readonly VariableDefinitionNode[] | null {
  try {
    const operations = parse(query, { noLocation: true }).definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    return operations.flatMap(({ variableDefinitions = [] }) => variableDefinitions);
  } catch {
    return null;
  }
}

/** The value at this path, or the nearest one around it that there is. */
function placeOf(text: string, path: Path): Pick<Problem, 'from' | 'to'> {
  let node: SyntaxNode | null = jsonLanguage.parser.parse(text).topNode.firstChild;
  let place = { from: 0, to: text.length };
  for (const step of [null, ...path]) {
    node = step === null ? node : within(node, step, text);
    if (node === null) return place;
    place = { from: node.from, to: node.to };
  }
  return place;
}

const PUNCTUATION = /^[[\]{},:]$/;

function within(node: SyntaxNode | null, step: string | number, text: string): SyntaxNode | null {
  const inner = childrenOf(node).filter(({ name }) => !PUNCTUATION.test(name));
  if (typeof step === 'number') return inner[step] ?? null;
  const property = inner.find(({ firstChild }) => firstChild !== null && text.slice(firstChild.from, firstChild.to) === JSON.stringify(step));
  return property?.lastChild ?? null;
}

function childrenOf(node: SyntaxNode | null): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let one = node?.firstChild ?? null; one !== null; one = one.nextSibling) children.push(one);
  return children;
}
