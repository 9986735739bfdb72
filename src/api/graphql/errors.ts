import { GraphQLError } from 'graphql';
import type { Logger } from '../../platform/logging/logger.js';
import { SlowSubscriberError } from '../../platform/pubsub/message-queue.js';

/** Errors that end a request, as opposed to rejections, which are answers. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'IDEMPOTENCY_MISMATCH'
  | 'BUSY'
  | 'TOO_MANY_OPERATIONS'
  | 'SLOW_SUBSCRIBER'
  | 'INTERNAL';

export function apiError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** Errors of other layers that a caller may see, by their `code`. */
const VISIBLE = new Set<string>(['IDEMPOTENCY_MISMATCH', 'BUSY']);

/**
 * What a client gets to see of an error: those we throw on purpose as they are, every other one as
 * a reference to the log. Suggestions ("Did you mean …") are cut: they tell strangers the schema.
 */
export function presentError(error: GraphQLError, requestId: string, logger: Logger): GraphQLError {
  const { originalError, nodes = null, path = null } = error;
  if (!originalError || originalError instanceof GraphQLError) {
    const message = error.message.replace(/ Did you mean .*$/s, '');
    const extensions = { code: 'BAD_USER_INPUT', ...error.extensions };
    return new GraphQLError(message, { nodes, path, extensions });
  }
  if (originalError instanceof SlowSubscriberError) {
    const { code: slow, behind } = originalError;
    return new GraphQLError(error.message, { path, extensions: { code: slow, behind } });
  }
  const { code } = originalError as { readonly code?: unknown };
  if (typeof code === 'string' && VISIBLE.has(code)) {
    return new GraphQLError(error.message, { path, extensions: { code } });
  }
  logger.error({ err: originalError, requestId, path }, 'a resolver failed');
  const message = `something went wrong on our side; our log has it as ${requestId}`;
  return new GraphQLError(message, { path, extensions: { code: 'INTERNAL', requestId } });
}
