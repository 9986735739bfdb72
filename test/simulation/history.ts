import { jsonSnapshot } from '../../src/eventstore/json-snapshot.js';
import type { Move } from './moves.js';
import { Stage, type Plant } from './stage.js';

/** What happened in a market, move by move, until a promise was broken. */
export interface History {
  readonly seed: number;
  readonly violation: string;
  readonly moves: readonly Move[];
}

const codec = jsonSnapshot<History>({ schemaVersion: 1, everyEvents: 1 });

export const writeHistory = (history: History): string => `${codec.encode(history)}\n`;

/** Null when the text is none. */
export function readHistory(text: string): History | null {
  try {
    const read = codec.decode(text) as Partial<History> | null;
    return Array.isArray(read?.moves) ? (read as History) : null;
  } catch {
    return null;
  }
}

export interface Played {
  /** Null when every promise was kept. */
  readonly error: Error | null;
  /** How many moves were made, the one included that broke a promise. */
  readonly made: number;
}

export async function play(moves: readonly Move[], plant: () => Plant): Promise<Played> {
  const stage = new Stage(plant());
  let made = 0;
  try {
    for (const move of moves) {
      made += 1;
      await stage.perform(move);
    }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)), made };
  }
  return { error: null, made };
}

/** What is broken, whoever it happened to, when, and by how much. */
export function kindOf({ message }: Error): string {
  return message
    .replace(/^market-\S+ version \d+, (\w+) by .*? for ".*?": /, '$1: ')
    .replace(/\S+@\S+|org-\w+|\b[KPN]-?N?\d+\S*/g, '#')
    .replace(/\d[\dTZ:.-]*/g, '#')
    .replace(/#(, #)+/g, '#');
}
