import { sha256 } from './digest.js';
import type { ChainedEvent, EncodedEvent, StreamId } from './event.js';

/** What the first event of a stream is chained to: 32 zero bytes. */
export const GENESIS_HASH = Buffer.alloc(32);

/**
 * SHA-256 over the hash before and every field of the event. Fields are joined by line breaks,
 * which none of them can hold, so no two events share a text.
 */
export function chainHash(
  before: Buffer,
  stream: StreamId,
  version: number,
  event: EncodedEvent,
): Buffer {
  const text = `${before.toString('hex')}\n${stream}\n${version}\n${event.type}\n${event.schemaVersion}\n${event.occurredAt}\n${event.metadata}\n${event.data}`;
  return sha256(text);
}

/** Numbers and chains events behind the given head. */
export function chain(
  stream: StreamId,
  head: { readonly version: number; readonly hash: Buffer },
  events: readonly EncodedEvent[],
): ChainedEvent[] {
  let { version, hash: before } = head;
  return events.map((event) => {
    version += 1;
    before = chainHash(before, stream, version, event);
    // Field by field: spreading is slow, and this is done for every event.
    const { type, schemaVersion, data, metadata, occurredAt } = event;
    return { stream, version, type, schemaVersion, occurredAt, metadata, data, hash: before };
  });
}

/** True when the event says what its hash says, behind the given hash. */
export function isIntact(before: Buffer, event: ChainedEvent): boolean {
  return chainHash(before, event.stream, event.version, event).equals(event.hash);
}
