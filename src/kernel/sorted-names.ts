interface Names {
  readonly given: readonly string[];
  readonly sorted: readonly string[];
}

/** Objects of one kind have the same members in the same order: those of the last kinds are known. */
const SLOTS = 1_024;
const KNOWN = new Array<Names | undefined>(SLOTS).fill(undefined);
/** Names may come from outside, and what is kept must stay small. */
const NAMES_MAX = 64;
const NAME_LENGTH_MAX = 64;

/** Names of members in order of their UTF-16 units. The list that is given belongs to nobody else. */
export function sortedNames(given: string[]): readonly string[] {
  const slot = slotOf(given);
  const known = KNOWN[slot];
  if (known !== undefined && isSame(known.given, given)) return known.sorted;
  const sorted = given.toSorted();
  const isSmall = given.length <= NAMES_MAX && given.every(({ length }) => length <= NAME_LENGTH_MAX);
  if (isSmall) KNOWN[slot] = { given, sorted };
  return sorted;
}

/** Kinds that have the same slot take it from each other, which costs sorting, so it is made of much. */
function slotOf(given: readonly string[]): number {
  let slot = given.length;
  for (const at of [0, given.length >> 1, given.length - 1]) {
    const name = given[at] ?? '';
    slot = (slot * 31 + name.length * 7 + (name.codePointAt(0) ?? 0)) % SLOTS;
  }
  return slot;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
