// What follows from a command is there a moment later, so a change is looked for a few times.

const MOMENTS_MS = [0, 150, 600, 2_000];
const listeners = new Set<() => void>();

export function onRefresh(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Something was changed: whatever is on show asks again. */
export function refreshAll(): void {
  for (const moment of MOMENTS_MS) {
    setTimeout(() => listeners.forEach((listener) => listener()), moment);
  }
}
