import { present } from '../../../../kernel/assert.js';
import type { Result } from '../../../../kernel/result.js';
import type { Instant } from '../../../../kernel/time.js';
import { invalidRequest, type ApiError } from './api-error.js';
import type { StripeDescription } from './description.js';
import { expandObject } from './expansion.js';
import { decodeForm, type FormTree } from './form-data.js';
import { AnswerMemory } from './idempotency.js';
import type { Answer, Happening, Operation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { finishIntent } from './payment-intent.life.js';
import { missingIntent } from './payment-intent.operations.js';
import { checkParameters } from './request-validation.js';
import { ResourceFactory } from './resources.js';
import type { Change, StandInStore } from './store.js';
import { UnitOfWork } from './unit-of-work.js';
import type { WebhookDelivery } from './webhook-delivery.js';

export interface ApiRequest {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The object that the path names, or empty. */
  readonly id: string;
  /** The parameters as they came, from the body or the query. */
  readonly form: string;
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  readonly apiVersion: string | null;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: object;
  /** The earlier request whose answer this is; null when it is this one's own. */
  readonly replayOf: string | null;
}

export interface StandInApiParts {
  readonly description: StripeDescription;
  readonly store: StandInStore;
  readonly delivery: WebhookDelivery;
  readonly clock: () => Instant;
  readonly makeId: (prefix: string) => string;
}

/** https://docs.stripe.com/api/events */
const EVENT_LIFE_MS = 30 * 24 * 3_600_000;
/** Changes that one commit carries besides its own. */
const PRUNED_MAX = 100;
/** What the bank or the payer does comes without a request. */
const NO_REQUEST = { requestId: null, idempotencyKey: null, apiVersion: null };

/** Stripe's API behind the wire: checks, carries out once, commits, sends events. */
export class StandInApi {
  private readonly make: ResourceFactory;
  private readonly memory: AnswerMemory;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: StandInApiParts) {
    this.make = new ResourceFactory(parts.description.fixtures);
    this.memory = new AnswerMemory(parts.store, parts.clock);
  }

  async answer(request: ApiRequest): Promise<ApiResponse> {
    const form = decodeForm(request.form);
    if (!form.ok) return responseOf(invalidRequest(null, form.error));
    if (request.method === 'POST') return this.exclusively(() => this.change(request, form.value));
    const params = this.check(request, form.value);
    return responseOf(params.ok ? this.run(request, params.value, this.begin(request)) : params);
  }

  /** What happens at Stripe without a request: at a bank, at a card network, in the dashboard. */
  async happen(happening: Happening): Promise<ApiResponse> {
    return this.exclusively(async () => {
      const work = this.begin(NO_REQUEST);
      const answer = happening({ work, make: this.make });
      const response = responseOf(answer);
      if (answer.ok || response.status === 402) await this.commit(work, []);
      return response;
    });
  }

  /** Ends what is `processing` or `requires_action`, as the bank or the payer would. */
  async finish(intentId: string, outcome: 'succeeded' | 'failed'): Promise<ApiResponse> {
    return this.happen((context) => {
      const intent = context.work.get('payment_intents', intentId);
      if (intent === undefined) return missingIntent(intentId);
      if (intent.status !== 'processing' && intent.status !== 'requires_action') {
        const message = `The PaymentIntent has a status of ${intent.status}: nothing is awaited.`;
        return invalidRequest('payment_intent_unexpected_state', message);
      }
      return finishIntent(intent, outcome, context);
    });
  }

  /** One change at a time: each sees what the ones before it committed. */
  private exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task);
    // A failure is for its caller; the next task still gets its turn.
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async change(request: ApiRequest, form: FormTree): Promise<ApiResponse> {
    const { idempotencyKey: key, method, path, requestId } = request;
    const keyed = key === null ? null : { key, method, path, form };
    const repeated = keyed === null ? null : this.recall(keyed);
    if (repeated !== null) return repeated;
    const params = this.check(request, form);
    // Refused parameters are not remembered: nothing was begun.
    if (!params.ok) return responseOf(params);
    const work = this.begin(request);
    const answer = this.run(request, params.value, work);
    const response = responseOf(answer);
    const { status, body } = response;
    // A declined card changes things; whatever is refused otherwise does not.
    const done = answer.ok || status === 402 ? work : this.begin(request);
    await this.commit(
      done,
      keyed === null ? [] : [this.memory.remember(keyed, { status, body, requestId })],
    );
    return response;
  }

  private recall(keyed: Parameters<AnswerMemory['recall']>[0]): ApiResponse | null {
    const recalled = this.memory.recall(keyed);
    if (recalled.kind === 'unknown') return null;
    if (recalled.kind === 'refused') {
      return { status: recalled.status, body: { error: recalled.error }, replayOf: null };
    }
    const { status, body, requestId } = recalled.answer;
    return { status, body, replayOf: requestId };
  }

  private check(request: ApiRequest, form: FormTree): Result<unknown, ApiError> {
    const { operation } = request;
    const schema = present(this.parts.description.schemas[operation], `the schema of ${operation}`);
    const checked = checkParameters(schema, form);
    if (!checked.ok) return checked;
    const { modelled } = operationOf(request);
    const foreign = Object.keys(form).find((name) => !modelled.some((known) => known === name));
    if (foreign === undefined) return checked;
    const message = `Stripe takes '${foreign}' here; its local stand-in does not model it.`;
    return invalidRequest('not_modelled_by_stand_in', message, foreign);
  }

  private run(request: ApiRequest, params: unknown, work: UnitOfWork): Answer {
    const { id } = request;
    const call = { id, params: params as never, work, make: this.make };
    const answer = operationOf(request).handle(call);
    if (!answer.ok) return answer;
    const { expand = [] } = params as { readonly expand?: readonly string[] };
    return expandObject(answer.value, expand, work);
  }

  private begin({ requestId, idempotencyKey, apiVersion }: RequestFacts): UnitOfWork {
    const { store, clock, makeId, delivery } = this.parts;
    const hasWebhook = delivery.isConnected;
    const context = { now: clock(), requestId, idempotencyKey, apiVersion, hasWebhook, makeId };
    return new UnitOfWork(store, context);
  }

  private async commit(work: UnitOfWork, more: readonly Change[]): Promise<void> {
    const { store, delivery } = this.parts;
    await store.commit([...this.forgotten(), ...work.changes, ...more]);
    delivery.start(work.events);
  }

  /** What Stripe no longer knows either, a bounded part at a time. */
  private forgotten(): Change[] {
    const { store, clock } = this.parts;
    const keys = store
      .list('idempotency_keys')
      .filter((stored) => this.memory.isForgotten(stored))
      .map(({ id }): Change => ({ collection: 'idempotency_keys', id, value: null }));
    const events = store
      .list('events')
      .filter(({ created }) => clock() - created * 1_000 >= EVENT_LIFE_MS)
      .flatMap(({ id }): Change[] => [
        { collection: 'deliveries', id, value: null },
        { collection: 'events', id, value: null },
      ]);
    const coreEvents = store
      .list('core_events')
      .filter(({ created }) => clock() - Date.parse(created) >= EVENT_LIFE_MS)
      .flatMap(({ id }): Change[] => [
        { collection: 'deliveries', id, value: null },
        { collection: 'core_events', id, value: null },
      ]);
    return [...keys, ...events, ...coreEvents].slice(0, PRUNED_MAX);
  }
}

interface RequestFacts {
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  readonly apiVersion: string | null;
}

function operationOf({ operation }: ApiRequest): Operation<never> {
  return present(OPERATIONS.get(operation), `the operation ${operation}`);
}

function responseOf(answer: Answer): ApiResponse {
  return answer.ok
    ? { status: 200, body: answer.value, replayOf: null }
    : { status: answer.error.status, body: { error: answer.error.error }, replayOf: null };
}
