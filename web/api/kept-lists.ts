// Lists as they were last shown, so that a page one comes back to is there at once and asked again behind it.

/** Of more lists than this the one longest not shown is forgotten. */
const LISTS_MAX = 30;
const lists = new Map<string, unknown>();

export function keptList(key: string): unknown {
  return lists.get(key);
}

export function keepList(key: string, list: unknown): void {
  lists.delete(key);
  lists.set(key, list);
  const [oldest] = lists.keys();
  if (lists.size > LISTS_MAX && oldest !== undefined) lists.delete(oldest);
}

/** The list that is kept, should this one say the same: what it is shown in is not drawn again. */
export function sameAsKept<List>(key: string, list: List): List {
  const kept = lists.get(key);
  return kept !== undefined && JSON.stringify(kept) === JSON.stringify(list) ? (kept as List) : list;
}

/** Somebody else may sit here now. */
export function forgetLists(): void {
  lists.clear();
}
