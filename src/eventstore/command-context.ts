import { canonicalJson } from '../kernel/canonical-json.js';
import type { Instant } from '../kernel/time.js';
import { sha256 } from './digest.js';
import type { ExecuteRequest } from './stream-definition.js';

/** Who sends a command, under which idempotency key, and what they said. */
export interface CommandContext {
  /** Owner of the key: an organization's id, or `system:<process>`. */
  readonly scope: string;
  readonly idempotencyKey: string;
  /** Everything the sender chose; what we add (ids, the clock) stays out. */
  readonly content: unknown;
  readonly actor: string;
  readonly cause: string;
  /** Whom the actor acts for; left out for the product itself. */
  readonly organizationId?: string;
  /** See {@link ExecuteRequest.isRepeat}. */
  readonly isRepeat?: boolean;
}

/** SHA-256 over what the sender said. */
export function fingerprintOf({ content }: Pick<CommandContext, 'content'>): Buffer {
  return sha256(canonicalJson(content));
}

/** A command as the log takes it. */
export function toExecuteRequest<Command>(
  context: CommandContext,
  command: Command,
  at: Instant,
  clock?: () => Instant,
): ExecuteRequest<Command> {
  const { scope, idempotencyKey: key, actor, cause } = context;
  const fingerprint = fingerprintOf(context);
  const { organizationId, isRepeat = false } = context;
  const metadata = { actor, cause, ...(organizationId === undefined ? {} : { organizationId }) };
  return { command, at, clock, metadata, isRepeat, idempotency: { scope, key, fingerprint } };
}

/** For commands that the product sends itself: the key says what must happen once. */
export function systemContext(process: string, key: string): CommandContext {
  const actor = `system:${process}`;
  return { scope: actor, idempotencyKey: key, content: key, actor, cause: key };
}
