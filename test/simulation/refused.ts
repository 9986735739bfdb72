import type { AppendRequest } from '../../src/eventstore/event-store.js';

/** A refusal as it is kept: nothing in the log tells of it. */
export interface Refused {
  /** The version of the stream that it was decided at. */
  readonly version: number;
  /** Of the request, as events have it. */
  readonly cause: string;
  /** What is told: the rejection as JSON has it. */
  readonly rejection: RawRejection;
}

export interface RawRejection {
  readonly code: string;
  readonly [field: string]: unknown;
}

type Told = { readonly accepted: true } | { readonly accepted: false; readonly rejection: RawRejection };

/** What was refused in a batch: each command of it was decided after the events of those before it. */
export function refusedIn({ expected, events, answers }: AppendRequest): readonly Refused[] {
  const causes = events.map(({ metadata }) => (JSON.parse(metadata) as { readonly cause: string }).cause);
  const refused: Refused[] = [];
  let done = 0;
  for (const { scope, key, body } of answers) {
    const cause = `${scope} ${key}`;
    // What the product sends itself goes by its key alone. An answer that is kept elsewhere than its events say is another rule's.
    while (causes[done] === cause || causes[done] === key) done += 1;
    const told = JSON.parse(body) as Told;
    if (!told.accepted) refused.push({ version: expected.version + done, cause, rejection: told.rejection });
  }
  return refused;
}
