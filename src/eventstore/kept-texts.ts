import { snapshotText, WrittenPart } from './json-snapshot.js';

/** A value as it was when it was written. */
interface Written {
  readonly marks: readonly unknown[];
  readonly part: WrittenPart;
}

/** In one go: a few milliseconds at most. */
const LOOKED_AT_MAX = 2_000;
/** An event changes a value or two; a round through all of them takes no more events than these. */
const LOOKED_AT_PER_EVENT = 2;
const EVENTS_OF_A_ROUND = 25_000;
const WRITTEN_MAX = 256;

/**
 * What the values of a map are in a snapshot, kept from one to the next. Nearly all of a large state
 * does not change any more, and nobody is served while a snapshot is written.
 */
export class KeptTexts<Id, Value extends object> {
  private readonly written = new WeakMap<Value, Written>();
  private readonly walks = new WeakMap<ReadonlyMap<Id, Value>, Iterator<Value>>();

  /** @param marksOf all of a value that changes in its place: immutable values, compared as they are */
  constructor(private readonly marksOf: (value: Value) => readonly unknown[]) {}

  /** The map as a snapshot has it. */
  of(values: ReadonlyMap<Id, Value>): ReadonlyMap<Id, WrittenPart> {
    const parts = new Map<Id, WrittenPart>();
    for (const [id, value] of values) parts.set(id, this.knownOf(value) ?? this.write(value));
    return parts;
  }

  /**
   * After so many events, writes some of those that are not written as they are: what is done ahead is
   * not waited for.
   */
  writeAhead(values: ReadonlyMap<Id, Value>, events: number): void {
    const walk = this.walks.get(values) ?? values.values();
    this.walks.set(values, walk);
    const perEvent = LOOKED_AT_PER_EVENT + Math.floor(values.size / EVENTS_OF_A_ROUND);
    const lookedAtMax = Math.min(events * perEvent, LOOKED_AT_MAX);
    let left = WRITTEN_MAX;
    for (let looked = 0; looked < lookedAtMax && left > 0; looked += 1) {
      const step = walk.next();
      if (step.done === true) {
        this.walks.delete(values);
        return;
      }
      if (this.knownOf(step.value) !== null) continue;
      this.write(step.value);
      left -= 1;
    }
  }

  private knownOf(value: Value): WrittenPart | null {
    const known = this.written.get(value);
    if (known === undefined) return null;
    const marks = this.marksOf(value);
    return known.marks.every((mark, index) => mark === marks[index]) ? known.part : null;
  }

  private write(value: Value): WrittenPart {
    const part = new WrittenPart(snapshotText(value));
    this.written.set(value, { marks: this.marksOf(value), part });
    return part;
  }
}
