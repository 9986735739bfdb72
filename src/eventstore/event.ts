import type { Brand } from '../kernel/brand.js';
import type { Instant } from '../kernel/time.js';

/** `category-id`, such as `market-llama-3.3-70b@fp8`. No line breaks, at most 200 characters. */
export type StreamId = Brand<string, 'StreamId'>;

export function streamId(category: string, id: string): StreamId {
  return `${category}-${id}` as StreamId;
}

/** The part before the first dash: which definition folds the stream. */
export function categoryOf(stream: StreamId): string {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
}

/** Who caused an event, and what: goes into the audit trail, holds no personal data. */
export interface EventMetadata {
  /** `member:<id>`, `key:<id>` or `system:<process>`. */
  readonly actor: string;
  /** Id of the request, job or event that led to the command. */
  readonly cause: string;
  /** Whom the actor acts for; left out for the product itself. */
  readonly organizationId?: string;
}

/** An event on its way into the log: encoded, not yet numbered. */
export interface EncodedEvent {
  readonly type: string;
  /** Version of the payload's shape, from 1. */
  readonly schemaVersion: number;
  /** JSON text without raw line breaks. */
  readonly data: string;
  /** JSON text of {@link EventMetadata}. */
  readonly metadata: string;
  readonly occurredAt: Instant;
}

/** An event with its place in its stream and the hash that covers it and all before it. */
export interface ChainedEvent extends EncodedEvent {
  readonly stream: StreamId;
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  /** SHA-256, 32 bytes. */
  readonly hash: Buffer;
}

/** Where an event stands in the whole log: readers go by (transactionId, position). */
export interface LogPosition {
  readonly transactionId: bigint;
  readonly position: bigint;
}

export interface RecordedEvent extends ChainedEvent, LogPosition {}

export const LOG_START: LogPosition = { transactionId: 0n, position: 0n };

export function isAfter(a: LogPosition, b: LogPosition): boolean {
  return (
    a.transactionId > b.transactionId ||
    (a.transactionId === b.transactionId && a.position > b.position)
  );
}

/** Who caused an event. */
export function metadataOf({ metadata }: Pick<RecordedEvent, 'metadata'>): EventMetadata {
  return JSON.parse(metadata) as EventMetadata;
}
