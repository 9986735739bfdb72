import type { ReactNode } from 'react';
import { words } from '../ui/format.js';
import { CopyButton, Time } from '../ui/values.js';
import type { LedgerTransaction } from './finance.documents.js';
import { TransactionLines } from './ledger.lines.js';

/** The event in the log, who caused it, and what it posted. */
export function TransactionFacts({ transaction }: { readonly transaction: LedgerTransaction }): ReactNode {
  const { stream, version, eventType, eventHash, occurredAt, actor, cause, entries } = transaction;
  return (
    <>
      <dl className="lines">
        <div><dt>Event</dt><dd>{words(eventType)}</dd></div>
        <div><dt>When</dt><dd><Time at={occurredAt} /></dd></div>
        <div><dt>Who</dt><dd><code>{actor}</code></dd></div>
        <div><dt>Because of</dt><dd><code>{cause}</code></dd></div>
        <div><dt>In the log</dt><dd><code>{`${stream} #${version}`}</code><CopyButton text={`${stream} ${version}`} label="Copy the place in the log" /></dd></div>
        <div><dt>SHA-256 up to it</dt><dd><code title={eventHash}>{`${eventHash.slice(0, 16)}…`}</code><CopyButton text={eventHash} label="Copy the hash" /></dd></div>
      </dl>
      <TransactionLines entries={entries} />
    </>
  );
}
