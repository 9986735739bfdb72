// Closed-loop load: `inFlight` workers, each waiting for its answer before it asks again.

/** @returns {Promise<{ perSecond: number, p50Ms: number, p99Ms: number, count: number }>} `count`: warm-up included */
export async function closedLoop({ inFlight, seconds, warmupSeconds = 1, work }) {
  const started = performance.now();
  const countFrom = started + warmupSeconds * 1_000;
  const end = countFrom + seconds * 1_000;
  const latencies = [];
  let index = 0;
  const worker = async () => {
    for (;;) {
      const asked = performance.now();
      if (asked >= end) return;
      await work((index += 1));
      const answered = performance.now();
      if (asked >= countFrom && answered <= end) latencies.push(answered - asked);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  latencies.sort((a, b) => a - b);
  const quantile = (q) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))];
  const round = (value) => Math.round(value * 100) / 100;
  return {
    perSecond: Math.round(latencies.length / seconds),
    p50Ms: round(quantile(0.5)),
    p99Ms: round(quantile(0.99)),
    count: index,
  };
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
export const ratio = (a, b) => Math.round((a / b) * 100) / 100;
