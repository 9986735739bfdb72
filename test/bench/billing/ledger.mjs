// The books on a store of their own, without the rest of the product.
import { ledgerDefinition } from '../../../dist/billing/application/ledger.definition.js';
import { systemContext, toExecuteRequest } from '../../../dist/eventstore/command-context.js';
import { PostgresEventStore } from '../../../dist/eventstore/postgres-event-store.js';
import { Streams } from '../../../dist/eventstore/streams.js';

export function openBooks(pool) {
  const store = new PostgresEventStore(pool);
  const hooks = { committed: () => undefined, warn: (message, details) => console.error(message, details) };
  const streams = new Streams(store, hooks);
  const send = (owner, command, key, now) =>
    streams.execute(ledgerDefinition, owner, toExecuteRequest(systemContext('bench', key), { ...command, now }, now));
  return { store, streams, send };
}
