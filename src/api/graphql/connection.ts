import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import type { Type } from '@nestjs/common';
import type { GraphQLError } from 'graphql';
import { parseInstant } from '../../kernel/time.js';
import { DOCUMENT_LIMITS, PAGE_SIZE_DEFAULT } from './document-limits.js';
import { apiError } from './errors.js';

@ArgsType()
export class PageArguments {
  @Field(() => Int, {
    defaultValue: PAGE_SIZE_DEFAULT,
    description: `How many to return, 1 to ${DOCUMENT_LIMITS.pageSize}.`,
  })
  first!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Return what comes after this cursor, taken from an earlier page.',
  })
  after?: string | null;
}

@ObjectType({ description: 'Where a page stands, after the Relay connection specification.' })
export class PageInfo {
  @Field({ description: 'Whether more comes after this page.' })
  hasNextPage!: boolean;

  @Field({ description: 'Whether this page was reached with a cursor.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge.' })
  endCursor!: string | null;
}

export interface Edge<Node> {
  readonly node: Node;
  readonly cursor: string;
}

export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfo;
}

/** The Relay connection and edge types of a node type; `name` is the node's in the schema. */
export function connectionOf<Node extends object>(
  node: Type<Node>,
  name: string,
  plural: string,
): Type<Connection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One of the ${plural} of a page.` })
  class NodeEdge {
    @Field(() => node, { description: 'The thing itself.' })
    node!: Node;

    @Field({ description: 'Where it stands; give it as `after` to go on from here.' })
    cursor!: string;
  }
  @ObjectType(`${name}Connection`, { description: `A page of ${plural}.` })
  class NodeConnection {
    @Field(() => [NodeEdge], { description: 'What is on this page, in order.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo!: PageInfo;
  }
  return NodeConnection as Type<Connection<Node>>;
}

/** What a list is ordered by: values of the last row seen, its unique id last. */
export type CursorKey = readonly string[];

export interface Page {
  readonly first: number;
  readonly after: CursorKey | null;
}

/**
 * Reads page arguments; `keyLength` says how many values a cursor of this list holds.
 *
 * @throws GraphQLError BAD_USER_INPUT when the size or the cursor is not acceptable
 */
export function readPage({ first, after }: PageArguments, keyLength: number): Page {
  const { pageSize } = DOCUMENT_LIMITS;
  if (!Number.isInteger(first) || first < 1 || first > pageSize) {
    throw apiError('BAD_USER_INPUT', `first: expected a whole number from 1 to ${pageSize}`);
  }
  if (after === null || after === undefined) return { first, after: null };
  const key = decodeCursor(after);
  if (key === null || key.length !== keyLength) {
    throw wrongCursor();
  }
  return { first, after: key };
}

/**
 * Reads the instant that a cursor holds.
 *
 * @throws GraphQLError BAD_USER_INPUT when it holds none that a list of ours can have shown
 */
export function readInstantKey(text: string): Date {
  const instant = parseInstant(text);
  if (!instant.ok || instant.value < 0) throw wrongCursor();
  return new Date(instant.value);
}

/**
 * Reads the number that a cursor holds.
 *
 * @throws GraphQLError BAD_USER_INPUT when it holds none that a list of ours can have shown
 */
export function readNumberKey(text: string): number {
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) throw wrongCursor();
  return number;
}

function wrongCursor(): GraphQLError {
  return apiError('BAD_USER_INPUT', 'after: expected a cursor from an earlier page of this list');
}

/** Makes a page of rows that were read with one more than asked for. */
export function toConnection<Row, Node>(
  rows: readonly Row[],
  page: Page,
  toNode: (row: Row) => Node,
  keyOf: (row: Row) => CursorKey,
): Connection<Node> {
  const shown = rows.slice(0, page.first);
  const edges = shown.map((row) => ({ node: toNode(row), cursor: encodeCursor(keyOf(row)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(cursor: string): CursorKey | null {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isKey =
      Array.isArray(key) && key.every((part) => typeof part === 'string' && !part.includes('\u0000'));
    return isKey ? (key as CursorKey) : null;
  } catch {
    return null;
  }
}
