/**
 * Runs it once what was just drawn is on the screen: nobody waits for what they did not ask for. In a tab that
 * nobody looks at nothing is painted, and it waits until somebody does.
 *
 * @returns for not running it any more
 */
export function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
