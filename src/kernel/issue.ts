/** One wrong field of an input: which one, why, and what would be accepted. */
export interface Issue {
  /** Path in the input, such as `nameplate.0.window`. */
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
}

/** Issues of a nested input, as fields of the one it stands in. */
export function within(field: string, issues: readonly Issue[]): readonly Issue[] {
  return issues.map((issue) => ({ ...issue, field: `${field}.${issue.field}` }));
}

/** One issue when the condition does not hold, else none. */
export function unless(holds: boolean, issue: Issue): readonly Issue[] {
  return holds ? [] : [issue];
}
