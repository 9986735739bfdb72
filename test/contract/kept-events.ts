import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventCodec } from '../../src/eventstore/event-codec.js';
import { snapshotText } from '../../src/eventstore/json-snapshot.js';

// Payloads as they are in logs, and what they were read as: one line each, `type`, version, payload, what is read, with tabs between.

/** One payload; what it is read as is null when nobody has written it down yet. */
export interface KeptEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly read: string | null;
}

export const RENEW = 'KEPT_EVENTS=renew npm test -- kept-events';
const pathOf = (category: string): string => join(import.meta.dirname, 'kept-events', `${category}.tsv`);

export function readKept(category: string): readonly KeptEvent[] {
  if (!existsSync(pathOf(category))) return [];
  const lines = readFileSync(pathOf(category), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [type = '', version = '', data = '', read = null] = line.split('\t');
    return { type, schemaVersion: Number(version), data, read };
  });
}

export function writeKept(category: string, events: readonly KeptEvent[]): void {
  const lines = events.map(({ type, schemaVersion, data, read }) => `${type}\t${schemaVersion}\t${data}\t${read}\n`);
  writeFileSync(pathOf(category), lines.join(''));
}

/** What a codec makes of it today. */
export function readAs(codec: EventCodec<unknown>, event: KeptEvent): string {
  return snapshotText(codec.decode(event));
}

/** What to do about it, or null when it is read as it was. */
export function complaintOf(codec: EventCodec<unknown>, event: KeptEvent): string | null {
  const name = `${event.type} of version ${event.schemaVersion}`;
  try {
    const now = readAs(codec, event);
    if (now === event.read) return null;
    if (event.read === null) return `${name}: what it is read as is not written down: ${RENEW}`;
    const difference = `\n- ${event.read}\n+ ${now}`;
    if (goesOn(event.read, now)) return `${name} is read with more than before; when that is what logs of before meant: ${RENEW}${difference}`;
    return `${name} is read as something else than before: what is in logs is never changed, so the codec is${difference}`;
  } catch (error) {
    return `${name} is not read any more: a new member has a default, or the version is raised with an upcast. ${String(error)}`;
  }
}

/** Whether all that was read is read as it was, and there is only more beside it. */
export function goesOn(before: string, now: string): boolean {
  return isWithin(JSON.parse(before), JSON.parse(now));
}

function isWithin(before: unknown, now: unknown): boolean {
  if (typeof before !== 'object' || before === null || typeof now !== 'object' || now === null) return before === now;
  if (Array.isArray(before) !== Array.isArray(now)) return false;
  if (Array.isArray(before) && before.length !== (now as unknown[]).length) return false;
  return Object.entries(before).every(([name, member]) => isWithin(member, (now as Record<string, unknown>)[name]));
}

/** Versions of event types of which there is no payload. */
export function missing(codec: EventCodec<unknown>, events: readonly KeptEvent[]): readonly string[] {
  const known = new Set(events.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`));
  return codec.types.flatMap((type) => {
    const { schemaVersion: newest } = codec.encode({ type });
    return Array.from({ length: newest }, (_, index) => `${type} ${index + 1}`).filter((name) => !known.has(name));
  });
}
