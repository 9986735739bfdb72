/**
 * Says again and again that work is under way, however long one step of it takes. What becomes of saying so is found
 * out by the work itself, when it writes.
 */
export async function keptAlive<Result>(
  renew: () => Promise<void>,
  everyMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => void renew().catch(() => undefined), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
