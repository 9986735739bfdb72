/** What got no answer is asked for again so soon, however seldom it is otherwise. */
const UNANSWERED_MS = 5_000;

/**
 * Asks again every so often, and sooner where the exchange did not answer, until it is told to stop.
 *
 * @param everyMs null: only where there was no answer
 */
export function askAgain(everyMs: number | null, again: () => void, isUnanswered: () => boolean): () => void {
  const timer = everyMs === null ? undefined : setInterval(again, everyMs);
  const recovery = setInterval(() => isUnanswered() && again(), UNANSWERED_MS);
  return () => {
    clearInterval(timer);
    clearInterval(recovery);
  };
}
