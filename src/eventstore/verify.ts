import type { Pool } from 'pg';
import type { DefinitionRegistry } from './definition-registry.js';
import type { EventStore } from './event-store.js';
import { categoryOf } from './event.js';
import { cutLog } from './log-reached.js';
import { streamsStartingWith } from './stream-listing.js';
import type { SubscriptionRegistry } from './subscription-registry.js';
import { verifyProjection } from './verify-projection.js';
import { VerificationError, verifyStream } from './verify-stream.js';

export interface Verified {
  readonly streams: number;
  readonly events: number;
  readonly projections: number;
}

/**
 * Checks the whole log and everything made from it.
 *
 * @throws VerificationError at the first lie
 */
export async function verifyEverything(parts: {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly definitions: DefinitionRegistry;
  readonly subscriptions: SubscriptionRegistry;
}): Promise<Verified> {
  const { pool, store, definitions, subscriptions } = parts;
  const { edge, reached } = await cutLog(pool);
  const audits = definitions.audits.map(({ category, begin }) => ({ category, ...begin(reached) }));
  let streams = 0;
  let events = 0;
  for await (const stream of streamsStartingWith(store, '')) {
    const category = categoryOf(stream);
    const definition = definitions.find(category);
    const concerned = audits.filter((audit) => [audit.category].flat().includes(category));
    if (definition === undefined) throw new VerificationError(`nothing folds ${stream}`);
    events += await verifyStream(store, definition, stream, (event) => {
      // One cut through all streams: a running product writes on meanwhile.
      if (event.transactionId >= edge) return;
      for (const { see } of concerned) see(event);
    });
    streams += 1;
  }
  for (const { end } of audits) {
    const lie = end();
    if (lie !== null) throw new VerificationError(lie);
  }
  await assertNoStrays(pool);
  const { projections } = subscriptions;
  for (const projection of projections) await verifyProjection(pool, projection);
  return { streams, events, projections: projections.length };
}

/** Events of a stream that has no row would be seen by readers and by nothing else. */
async function assertNoStrays(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ stream_id: string }>(
    `SELECT DISTINCT e.stream_id FROM eventstore.events e
     LEFT JOIN eventstore.streams s USING (stream_id) WHERE s.stream_id IS NULL LIMIT 1`,
  );
  const stray = rows[0]?.stream_id;
  if (stray !== undefined) throw new VerificationError(`${stray} has events and no stream`);
}
