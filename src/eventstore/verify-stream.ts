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
 * the snapshot, and the invariants of its kind. Answers with the number of events.
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
  let state = definition.decider.initialState();
  let head: StreamHead = { version: 0, hash: GENESIS_HASH };
  for (;;) {
    const page = await store.readStream(stream, head.version, PAGE);
    for (const event of page) {
      checkLink(head, event);
      state = fold(definition, state, event);
      see(event);
      head = event;
      if (snapshot?.version === event.version) checkSnapshot(definition, stream, state, snapshot);
    }
    if (page.length < PAGE) break;
  }
  await checkHead(store, stream, head);
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
async function checkHead(store: EventStore, stream: StreamId, folded: StreamHead): Promise<void> {
  const { version, hash } = await store.readHead(stream);
  if (version === folded.version && hash.equals(folded.hash)) return;
  throw new VerificationError(
    `${stream} should end at version ${version} and ends at ${folded.version}: its tail is gone or changed`,
  );
}

function audit(definition: AnyDefinition, stream: StreamId, state: unknown): void {
  try {
    definition.audit(state);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VerificationError(`${stream}: ${reason}`);
  }
}
