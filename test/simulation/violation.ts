/** The product broke a promise: what ends a simulation. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export function demand(condition: boolean, broken: string): asserts condition {
  if (!condition) throw new Violation(broken);
}

/** Unwraps what the product promised to be there. */
export function found<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Violation(`there is no ${what}`);
  return value;
}
