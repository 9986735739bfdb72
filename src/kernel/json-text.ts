/** Names of members come again and again. */
const BEGINNINGS = new Map<string, Beginning>();
const BEGINNINGS_MAX = 10_000;
const NAME_LENGTH_MAX = 64;

/** Printable ASCII without quotation marks and backslashes: most texts stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** As `JSON.stringify` gives a text, in half the time where there is nothing to escape. */
export function quotedText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** What stands before a member's value: as the first of its object, and behind another. */
interface Beginning {
  readonly first: string;
  readonly next: string;
}

/** One text of each name and its marks: pieces put together anew for every member are mostly garbage. */
export function beginningOf(name: string): Beginning {
  const known = BEGINNINGS.get(name);
  if (known !== undefined) return known;
  const first = `${JSON.stringify(name)}:`;
  const beginning = { first, next: `,${first}` };
  if (name.length <= NAME_LENGTH_MAX && BEGINNINGS.size < BEGINNINGS_MAX) BEGINNINGS.set(name, beginning);
  return beginning;
}

/**
 * What `JSON.stringify` with `bigintAsText` gives for data made of plain objects and arrays, written
 * piece by piece: a replacer is called for every member, which takes half as long again.
 */
export function jsonText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quotedText(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}"`;
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? listText(value) : objectText(value);
    default:
      return 'null';
  }
}

/** An object as {@link jsonText} writes it, one of its members left out. */
export function objectText(value: object, without?: string): string {
  const members = value as Readonly<Record<string, unknown>>;
  let text = '{';
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (member === undefined || name === without) continue;
    const { first, next } = beginningOf(name);
    text += (text.length === 1 ? first : next) + jsonText(member);
  }
  return `${text}}`;
}

function listText(values: readonly unknown[]): string {
  if (values.length === 0) return '[]';
  let text = '[';
  for (const value of values) text += text.length === 1 ? jsonText(value) : `,${jsonText(value)}`;
  return `${text}]`;
}
