import type { Issue } from '../../kernel/issue.js';
import { assertNever } from '../../kernel/assert.js';
import type { Refusal } from './admission.js';
import type { Unfit } from './estimate.js';
import type { Failure } from './gateway.failure.js';
import type { CapIssue } from './guardrails.js';
import { contentNameOf, MODELS_PATH, OPERATION_PATHS, type Operation } from './inference.request.js';

/** An error as OpenAI's clients know it. */
export interface InferenceError {
  readonly status: number;
  readonly type: 'invalid_request_error' | 'rate_limit_error' | 'server_error';
  readonly code: string;
  readonly message: string;
  /** Which part of the request it is about. */
  readonly param: string | null;
  /** When to try again; null: the same would fail again, or nobody knows. */
  readonly retryAfterMs: number | null;
}

const PER_TOKEN = 10_000n;

function about(
  status: number,
  code: string,
  message: string,
  more: Partial<InferenceError> = {},
): InferenceError {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return { status, type, code, message, param: null, retryAfterMs: null, ...more };
}

export const NO_KEY: InferenceError = about(
  401,
  'invalid_api_key',
  'send an API key of your organization as a bearer token',
);

export const NO_SCOPE: InferenceError = about(
  403,
  'insufficient_permissions',
  'this needs an API key with scope inference:use',
);

export const RECORDS_WAIT: InferenceError = about(
  503,
  'usage_not_recorded',
  'usage cannot be stored right now, so nothing more is served: send the same again in a moment',
  { retryAfterMs: 1_000 },
);

/** Something that passes, before anything was sent. */
export function busy(message: string): InferenceError {
  return about(503, 'server_busy', message, { retryAfterMs: 1_000 });
}

/** What requests under way take of the memory is bounded; lower tiers are refused first. */
export const NO_MEMORY: InferenceError = busy('too much is being served at the moment: send the same again');

export const STOPPING: InferenceError = about(
  503,
  'gateway_stopping',
  'this gateway is being stopped: send the same again',
  { retryAfterMs: 1_000 },
);

/** Not that there is none: the money for it may be spent already. */
export const BEING_BOUGHT: InferenceError = about(
  503,
  'capacity_being_bought',
  'capacity for this request is being bought, and nothing can be sent to it yet: send the same again',
  { retryAfterMs: 1_000 },
);

/** `reference` is how our log has it. */
export function internalError(reference: string): InferenceError {
  return about(500, 'internal_error', `something went wrong on our side; our log has it as ${reference}`);
}

export const NOT_RECORDED: InferenceError = about(
  500,
  'usage_not_recorded',
  'the answer is complete, but its usage is not stored yet',
);

export function unfitRequest({ field, reason, accepted }: Issue): InferenceError {
  const code = field === 'body' ? 'invalid_json' : 'invalid_value';
  return about(400, code, `${field} ${reason}: expected ${accepted}`, { param: field });
}

export function tooLarge(bytesMax: number): InferenceError {
  return about(413, 'request_too_large', `the body is too large: expected at most ${bytesMax} bytes`);
}

const { chat, completion, embedding } = OPERATION_PATHS;
const PATHS = `POST ${chat}, ${completion} or ${embedding}, or GET ${MODELS_PATH}`;
const SHOWN_PATH_MAX = 200;

/** `url` as it came; what stands after its path is nobody's business. */
export function unknownPath(method: string, url: string): InferenceError {
  const path = url.replace(/[?#].*$/s, '').slice(0, SHOWN_PATH_MAX);
  return about(404, 'unknown_url', `there is no ${method} ${path} here: expected ${PATHS}`);
}

/** Also for a model that does not exist: what others hold is nobody's business. */
export function notHeld(model: string): InferenceError {
  const message = `your organization holds no capacity of ${model} right now, and has set no fallback`;
  return about(404, 'model_not_found', message, { param: 'model' });
}

export function unfitFor(unfit: Unfit, operation: Operation): InferenceError {
  const prompt = contentNameOf(operation);
  switch (unfit.kind) {
    case 'context': {
      const message = `prompt and answer together are more than the ${unfit.contextLength} tokens that fit`;
      return about(400, 'context_length_exceeded', message, { param: prompt });
    }
    case 'slice': {
      const [param, most] = unfit.outputMax > 0 ? ['max_tokens', `max_tokens of at most ${unfit.outputMax}`] : [prompt, 'a shorter prompt'];
      const message = `the request is more than the reservation serves in a minute: expected ${most}, or more capacity`;
      return about(400, 'request_exceeds_reservation', message, { param });
    }
  }
}

/** A key's own cap: an organization's rule for itself. */
export function cappedBy({ cap, field, reason, accepted }: CapIssue): InferenceError {
  const code = cap === 'context' ? 'context_length_exceeded' : 'invalid_value';
  return about(400, code, `${field} ${reason}: expected ${accepted}`, { param: field });
}

/** Nothing could be let in by its key's deadline. */
export function lateFor(afterMs: number, retryAfterMs: number): InferenceError {
  const message = `there was no room within the ${afterMs} ms that this key waits: try again in ${Math.ceil(retryAfterMs / 1_000)} s`;
  return about(429, 'deadline_exceeded', message, { type: 'rate_limit_error', retryAfterMs });
}

export function refusedBy(refusal: Refusal, operation: Operation): InferenceError {
  switch (refusal.kind) {
    case 'too-large': {
      const param = operation === 'embedding' ? contentNameOf(operation) : 'max_tokens';
      const message = `the request needs more than the ${refusal.max / PER_TOKEN} weighted tokens that the reservation serves in a minute at this tier`;
      return about(400, 'request_exceeds_reservation', message, { param });
    }
    case 'over-limit':
    case 'shed': {
      const { retryAfterMs } = refusal;
      const why = refusal.kind === 'shed' ? 'too many requests wait' : 'what you hold is used up for now';
      const message = `${why}: try again in ${Math.ceil(retryAfterMs / 1_000)} s`;
      const type = 'rate_limit_error';
      return about(429, 'rate_limit_exceeded', message, { type, retryAfterMs });
    }
    default:
      return assertNever(refusal);
  }
}

/** What became of a request whose last lane failed. */
export function failedWith({ reason, message }: Failure): InferenceError {
  switch (reason) {
    case 'timeout':
      return about(504, 'upstream_timeout', message);
    case 'deadline_exceeded':
      return about(504, 'deadline_exceeded', message);
    case 'upstream_busy':
      return about(503, 'upstream_busy', message, { retryAfterMs: 1_000 });
    case 'request_refused':
      return about(400, 'upstream_refused', message);
    case 'gateway_shutdown':
      return STOPPING;
    case 'gateway_busy':
      return NO_MEMORY;
    case 'client_abort':
    case 'plain_refused':
    case 'upstream_error':
      return about(502, 'upstream_error', message);
    default:
      return assertNever(reason);
  }
}

/** The same request is under way here; its end says what becomes of a repetition. */
export const IN_PROGRESS: InferenceError = about(
  409,
  'request_in_progress',
  'a request with this idempotency-key and this content is being served: send it again when it has ended',
  { retryAfterMs: 1_000 },
);

/** The answer is not kept: prompts and answers are nobody's but the client's. */
export function alreadyCounted(id: string): InferenceError {
  const message = `this request was answered and counted as ${id}; its answer is not kept: take another idempotency-key for another one`;
  return about(409, 'request_already_counted', message);
}

export const TRIED_TOO_OFTEN: InferenceError = about(
  409,
  'request_tried_too_often',
  'this request failed too often under its idempotency-key: take another one',
);

export function errorBody({ message, type, param, code }: InferenceError): object {
  return { error: { message, type, param, code } };
}
