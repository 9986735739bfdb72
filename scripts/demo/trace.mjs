// Real requests, as they arrived at a conversation service of Azure: see data/README.md.
import { readFile } from 'node:fs/promises';

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';

/** Milliseconds since the epoch; the trace has seven decimal places and no zone. */
const instantOf = (text) => Date.parse(`${text.replace(' ', 'T').slice(0, 23)}Z`);

/**
 * @param {string} path a CSV with the trace's three columns
 * @returns {Promise<{ offsetMs: number, inputTokens: number, outputTokens: number }[]>} in order of
 *   arrival, timed from the first
 */
export async function readTrace(path) {
  const [header, ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`${path}: expected the columns ${HEADER}`);
  const rows = lines.map((line) => line.split(','));
  const first = instantOf(rows[0][0]);
  return rows.map(([timestamp, input, output]) => ({
    offsetMs: instantOf(timestamp) - first,
    inputTokens: Number(input),
    outputTokens: Number(output),
  }));
}

/** Exact sums, as the product must come to them. */
export function sumsOf(requests) {
  return requests.reduce(
    ({ input, output }, { inputTokens, outputTokens }) => ({
      input: input + BigInt(inputTokens),
      output: output + BigInt(outputTokens),
    }),
    { input: 0n, output: 0n },
  );
}
