import type { EventStore, StreamHead } from './event-store.js';
import type { RecordedEvent, StreamId } from './event.js';
import { GENESIS_HASH, isIntact } from './hash-chain.js';
import type { AnyDefinition } from './definition-registry.js';

/** What was found wrong, and where: the first lie ends the search. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
}

const PAGE = 5_000;

/**
 * Recomputes a stream from its first event: versions without gaps, every hash, the head, the fold,
 * the snapshot, and the invariants of its kind. Answers with the number of events. The stream may grow
 * meanwhile: where it should end is asked before it is read.
 *
 * @throws VerificationError naming the stream and the version
 */
export async function verifyStream(
  store: EventStore,
  definition: AnyDefinition,
  stream: StreamId,
  see: (event: RecordedEvent) => void = () => undefined,
): Promise<number> {
  const snapshot = await store.loadSnapshot(stream);
  const stated = await store.readHead(stream);
  let state = definition.decider.initialState();
  let head: StreamHead = { version: 0, hash: GENESIS_HASH };
  for (;;) {
    const page = await store.readStream(stream, head.version, PAGE);
    for (const event of page) {
      checkLink(head, event);
      state = fold(definition, state, event);
      see(event);
      head = event;
      checkPassed(stream, stated, head);
      if (snapshot?.version === event.version) checkSnapshot(definition, stream, state, snapshot);
    }
    if (page.length < PAGE) break;
  }
  checkReached(stream, stated, head);
  audit(definition, stream, state);
  return head.version;
}

function checkLink(before: StreamHead, event: RecordedEvent): void {
  const place = `${event.stream} version ${event.version}`;
  if (event.version !== before.version + 1) {
    throw new VerificationError(`${place} follows version ${before.version}: events are missing`);
  }
  if (!isIntact(before.hash, event)) {
    throw new VerificationError(`${place} is not what its hash says: it was changed`);
  }
}

function fold(definition: AnyDefinition, state: unknown, event: RecordedEvent): unknown {
  try {
    return definition.decider.evolve(state, definition.codec.decode(event));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VerificationError(`${event.stream} version ${event.version} does not fold: ${reason}`);
  }
}

function checkSnapshot(
  { snapshot: codec }: AnyDefinition,
  stream: StreamId,
  state: unknown,
  snapshot: { readonly version: number; readonly schemaVersion: number; readonly state: string },
): void {
  if (snapshot.schemaVersion !== codec.schemaVersion) return;
  if (codec.encode(state) === codec.encode(codec.decode(snapshot.state))) return;
  throw new VerificationError(`${stream}: its snapshot at ${snapshot.version} is not its fold`);
}

/** A tail cut off leaves an intact chain: the stream's own row tells where it ended. */
function checkReached(stream: StreamId, stated: StreamHead, folded: StreamHead): void {
  if (folded.version < stated.version) throw wrongEnd(stream, stated, folded);
  checkPassed(stream, stated, folded);
}

function checkPassed(stream: StreamId, stated: StreamHead, folded: StreamHead): void {
  const isOther = folded.version === stated.version && !folded.hash.equals(stated.hash);
  if (isOther) throw wrongEnd(stream, stated, folded);
}

function wrongEnd(stream: StreamId, stated: StreamHead, folded: StreamHead): VerificationError {
  const place = `should end at version ${stated.version} and ends at ${folded.version}`;
  return new VerificationError(`${stream} ${place}: its tail is gone or changed`);
}

function audit(definition: AnyDefinition, stream: StreamId, state: unknown): void {
  try {
    definition.audit(state);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VerificationError(`${stream}: ${reason}`);
  }
}
