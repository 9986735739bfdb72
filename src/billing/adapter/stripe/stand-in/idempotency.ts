import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../../kernel/canonical-json.js';
import type { Instant } from '../../../../kernel/time.js';
import { apiError, invalidRequest, type ApiErrorBody } from './api-error.js';
import type { StoredAnswer } from './collections.js';
import type { FormTree } from './form-data.js';
import type { Change, StandInStore } from './store.js';

export interface Keyed {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly form: FormTree;
}

export interface FirstAnswer {
  readonly status: number;
  readonly body: object;
  readonly requestId: string;
}

export type Recalled =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'replay'; readonly answer: FirstAnswer }
  | { readonly kind: 'refused'; readonly status: number; readonly error: ApiErrorBody };

/** https://docs.stripe.com/api/idempotent_requests */
const KEY_LENGTH_MAX = 255;
const KEY_LIFE_MS = 24 * 3_600_000;
const SECOND_MS = 1_000;

/** The first answer to each key, errors included, for as long as Stripe keeps them. */
export class AnswerMemory {
  constructor(
    private readonly store: StandInStore,
    private readonly clock: () => Instant,
  ) {}

  recall(request: Keyed): Recalled {
    const { key, path } = request;
    if (key.length > KEY_LENGTH_MAX) {
      const message = `Idempotency keys can have up to ${KEY_LENGTH_MAX} characters.`;
      return { kind: 'refused', ...invalidRequest(null, message).error };
    }
    const stored = this.store.get('idempotency_keys', key);
    if (stored === undefined || this.isForgotten(stored)) return { kind: 'unknown' };
    if (stored.fingerprint === fingerprintOf(request)) return { kind: 'replay', answer: stored };
    const use =
      stored.path === path
        ? 'with the same parameters they were first used with'
        : `for the same endpoint they were first used for ('${stored.path}')`;
    const message =
      `Keys for idempotent requests can only be used ${use}. Try using a key other than ` +
      `'${key}' if you meant to execute a different request.`;
    return { kind: 'refused', ...apiError(400, { type: 'idempotency_error', message }).error };
  }

  remember(request: Keyed, answer: FirstAnswer): Change {
    const value: StoredAnswer = {
      ...answer,
      id: request.key,
      fingerprint: fingerprintOf(request),
      path: request.path,
      created: Math.floor(this.clock() / SECOND_MS),
    };
    return { collection: 'idempotency_keys', id: request.key, value };
  }

  isForgotten({ created }: StoredAnswer): boolean {
    return this.clock() - created * SECOND_MS >= KEY_LIFE_MS;
  }
}

function fingerprintOf({ method, path, form }: Keyed): string {
  return createHash('sha256').update(canonicalJson([method, path, form])).digest('hex');
}
