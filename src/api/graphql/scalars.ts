import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { microUsd, MICRO_USD_MAX, type MicroUsd } from '../../kernel/money.js';
import { parseQuantity, type Quantity } from '../../kernel/quantity.js';
import { formatInstant, parseInstant, type Instant } from '../../kernel/time.js';
import { hasHiddenMarks } from '../../kernel/visible-text.js';

function refuse(scalar: string, expected: string): never {
  throw new GraphQLError(`${scalar}: ${expected}`, { extensions: { code: 'BAD_USER_INPUT' } });
}

function textOf(scalar: string, expected: string, node: ValueNode): string {
  if (node.kind === Kind.STRING || node.kind === Kind.INT) return node.value;
  return refuse(scalar, expected);
}

function textScalar<Internal>(config: {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  readonly expected: string;
  readonly read: (text: string) => Internal | null;
  readonly write: (value: unknown) => string;
}): GraphQLScalarType {
  const { name, description, expected, read, write } = config;
  const parse = (text: string): Internal => read(text) ?? refuse(name, expected);
  return new GraphQLScalarType({
    name,
    description,
    ...(config.specifiedByURL === undefined ? {} : { specifiedByURL: config.specifiedByURL }),
    serialize: write,
    parseValue: (value) =>
      typeof value === 'string' ? parse(value) : refuse(name, `${expected}, as a string`),
    parseLiteral: (node) => parse(textOf(name, expected, node)),
  });
}

export const InstantScalar = textScalar<Instant>({
  name: 'Instant',
  description: 'A point in time, RFC 3339 with a zone; answers are UTC with milliseconds.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  expected: 'expected an RFC 3339 instant with a zone, such as "2026-11-21T14:00:00Z"',
  read: (text) => {
    const parsed = parseInstant(text);
    return parsed.ok ? parsed.value : null;
  },
  write: (value) => {
    if (typeof value === 'number') return formatInstant(value as Instant);
    return value instanceof Date ? value.toISOString() : String(value);
  },
});

export const TokensPerSecondScalar = textScalar<Quantity>({
  name: 'TokensPerSecond',
  description: 'A quantity: weighted output tokens per second, a whole number as a decimal string.',
  expected: 'expected a whole number from 1 to 1000000000000, such as "1500"',
  read: (text) => {
    const parsed = parseQuantity(text);
    return parsed.ok ? parsed.value : null;
  },
  write: String,
});

/** What a rejection may have to say, zero included. */
export const TokensPerSecondCountScalar = textScalar<bigint>({
  name: 'AvailableTokensPerSecond',
  description: 'What is left of a quantity, tokens per second as a decimal string; may be "0".',
  expected: 'expected a whole number, such as "0"',
  read: (text) => (/^(0|[1-9]\d{0,12})$/.test(text) ? BigInt(text) : null),
  write: String,
});

export const MicroUsdScalar = textScalar<MicroUsd>({
  name: 'MicroUSD',
  description:
    'An amount or price in millionths of a US dollar, a whole number as a decimal string. 1000000 is 1 USD.',
  expected: `expected a whole number of micro-USD up to ${MICRO_USD_MAX}, such as "1250000"`,
  read: (text) => {
    if (!/^-?(0|[1-9]\d{0,15})$/.test(text)) return null;
    const value = BigInt(text);
    return value > MICRO_USD_MAX || value < -MICRO_USD_MAX ? null : microUsd(value);
  },
  write: String,
});

export const BigCountScalar = textScalar<bigint>({
  name: 'BigCount',
  description: 'A count that may pass 2^53, a whole number as a decimal string.',
  expected: 'expected a whole number, such as "41152"',
  read: (text) => (/^(0|[1-9]\d{0,18})$/.test(text) ? BigInt(text) : null),
  write: String,
});

/** Written by whoever knows the exact figure, as text. */
export const TokenHoursScalar = textScalar<string>({
  name: 'TokenHours',
  description:
    'Capacity that was traded: tokens/s x hours, an exact decimal string such as "1500.25". At full use one is 3600 tokens.',
  expected: 'expected a number with at most six decimal places, such as "1500.25"',
  read: (text) => (/^(0|[1-9]\d{0,30})(\.\d{1,6})?$/.test(text) ? text : null),
  write: String,
});

export const IdempotencyKeyScalar = textScalar<string>({
  name: 'IdempotencyKey',
  description:
    'Your own name for this request, 1 to 255 visible ASCII characters. The same key with the same content gets the first answer again; with other content it is refused.',
  expected: 'expected 1 to 255 visible ASCII characters, such as a UUID',
  read: (text) => (/^[\x21-\x7e]{1,255}$/.test(text) ? text : null),
  write: String,
});

/** Reads a human name: trimmed, 1 to `max` characters, nothing invisible. Null when unfit. */
export function readName(text: string, max: number): string | null {
  const trimmed = text.normalize('NFC').trim();
  if (trimmed.length === 0 || trimmed.length > max || hasHiddenMarks(trimmed)) return null;
  return trimmed;
}
