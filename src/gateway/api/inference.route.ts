import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestAuthenticator } from '../../api/http/request-authenticator.js';
import type { Principal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { Timers } from '../../platform/clock/timers.js';
import type { Settings } from '../../platform/config/settings.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER, SETTINGS } from '../../platform/platform.module.js';
import { AdmissionService } from '../application/admission.service.js';
import { BodyBudget, type Held } from '../application/body-budget.js';
import { GATEWAY_BOUNDS, type GatewayLimits } from '../application/gateway-limits.js';
import { GatewayService } from '../application/gateway.service.js';
import type { Told } from '../application/inference-call.js';
import { Repeats } from '../application/repeats.js';
import { GATEWAY_LIMITS, MONOTONIC, TIMERS } from '../application/tokens.js';
import {
  busy,
  errorBody,
  internalError,
  NO_KEY,
  NO_MEMORY,
  NO_SCOPE,
  notHeld,
  tooLarge,
  unfitRequest,
  unknownPath,
  type InferenceError,
} from '../model/inference.error.js';
import { MODELS_PATH, OPERATION_PATHS, readInference, type Operation, type RequestHints } from '../model/inference.request.js';

import { readRepeatKey } from '../model/repeat.js';
import { isTier, type Tier } from '../model/tier.js';
import { ClientConnection } from './client-connection.js';
import { listModels } from './models.presentation.js';

type Key = Principal & { readonly kind: 'api-key' };
type Body = { readonly bytes: Buffer; readonly arrivedAt: number } | undefined;

/** Who asks, and the room for what is asked. */
interface Entered {
  readonly key: Key;
  readonly held: Held | null;
}

const TOO_LARGE = 413;
const CONFLICT = 409;
const INTERNAL = 500;

/** The OpenAI-compatible endpoints, on the server that answers everything else. */
@Injectable()
export class InferenceRoute implements OnModuleInit {
  private readonly entered = new WeakMap<FastifyRequest, Entered>();

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly authenticator: RequestAuthenticator,
    private readonly gateway: GatewayService,
    private readonly admission: AdmissionService,
    private readonly repeats: Repeats,
    private readonly budget: BodyBudget,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(TIMERS) private readonly timers: Timers,
    @Inject(GATEWAY_LIMITS) private readonly limits: GatewayLimits,
    @Inject(MONOTONIC) private readonly monotonic: () => number,
  ) {}

  /** In a scope of its own: bodies are larger here, and errors have OpenAI's shape. */
  onModuleInit(): void {
    if (!['all', 'gateway'].includes(this.settings.ROLE)) return;
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      // When the last byte has come: the time to the first token counts from here.
      const asIs = async (request: FastifyRequest, bytes: Buffer): Promise<Body> => {
        this.entered.get(request)?.held?.shrink(bytes.length);
        return { bytes, arrivedAt: this.monotonic() };
      };
      const bodyLimit = GATEWAY_BOUNDS.requestBytes;
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, asIs);
      // Before a body is read: what a stranger sends takes no memory.
      scope.addHook('onRequest', (request, reply) => this.enter(request, reply));
      scope.setErrorHandler((error: FastifyError, _request, reply) => this.fail(error, reply));
      for (const operation of ['chat', 'completion', 'embedding'] as const) {
        scope.post(OPERATION_PATHS[operation], { bodyLimit }, (request, reply) => this.answer(operation, request, reply));
      }
      scope.get(MODELS_PATH, (request, reply) => this.models(request, reply, null));
      scope.get<{ Params: { readonly id: string } }>('/v1/models/:id', (request, reply) =>
        this.models(request, reply, request.params.id),
      );
      scope.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url: '/v1/*',
        handler: ({ method, url }, reply) => sendError(reply, unknownPath(method, url)),
      });
    });
  }

  private async enter(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const key = await this.keyOf(request);
    if (!('keyId' in key)) return sendError(reply, key);
    const isRead = request.method === 'POST';
    const held = isRead ? this.budget.hold(announcedOf(request), tierOf(request)) : null;
    if (isRead && held === null) return sendError(reply, NO_MEMORY);
    // However it ends; who left while the key was looked up sends no body any more, and no end of one.
    if (reply.raw.destroyed) held?.release();
    else if (held !== null) reply.raw.once('close', () => held.release());
    this.entered.set(request, { key, held });
    return undefined;
  }

  private enteredBy(request: FastifyRequest): Entered {
    return present(this.entered.get(request), 'who asks');
  }

  private async answer(
    operation: Operation,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { key, held } = this.enteredBy(request);
    const { bytes, arrivedAt } = (request.body as Body) ?? { bytes: EMPTY, arrivedAt: this.monotonic() };
    const read = readInference(operation, parseJson(bytes), hintsOf(request));
    if (!read.ok) return sendError(reply, unfitRequest(read.error));
    const repeatKey = readRepeatKey(headerOf(request, 'idempotency-key'));
    if (!repeatKey.ok) return sendError(reply, unfitRequest(repeatKey.error));
    const { organizationId, keyId } = key;
    const client = new ClientConnection(reply.raw, this.timers, this.limits.client, held);
    const begun = await this.repeats.begin({ organizationId, key: repeatKey.value, operation, bytes });
    if (begun.kind === 'refused') return sendError(reply, begun.error);
    const { requestId } = begun;
    void reply.header('x-request-id', requestId);
    const call = { requestId, arrivedAt, client, request: read.value, organizationId, keyId, mirrored: null };
    return show(reply, await this.gateway.serve(call).finally(begun.end));
  }

  private fail(error: FastifyError, reply: FastifyReply): FastifyReply {
    if (error.statusCode === TOO_LARGE) return sendError(reply, tooLarge(GATEWAY_BOUNDS.requestBytes));
    const { code, statusCode = INTERNAL, message } = error;
    if (code === 'BUSY' && !reply.raw.headersSent) return sendError(reply, busy(message));
    if (statusCode < INTERNAL) {
      return sendError(reply, unfitRequest({ field: 'body', reason: message, accepted: 'a JSON object' }));
    }
    const reference = uuidV7();
    this.logger.error({ err: error, reference }, 'an inference request failed');
    if (!reply.raw.headersSent) return sendError(reply, internalError(reference));
    // In the middle of a stream: the client must not take it for whole.
    reply.raw.destroy();
    return reply.hijack();
  }

  private async models(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string | null,
  ): Promise<FastifyReply> {
    const { key } = this.enteredBy(request);
    const lanes = await this.gateway.activeLanes(key.organizationId);
    const models = listModels(lanes, (lane) => this.admission.rateOf(lane));
    if (id === null) return reply.send({ object: 'list', data: models });
    const model = models.find((one) => one.id === id);
    return model === undefined ? sendError(reply, notHeld(id.slice(0, 80))) : reply.send(model);
  }

  /** A key with the scope, or what is told instead. Sessions are for people. */
  private async keyOf(request: FastifyRequest): Promise<Key | InferenceError> {
    const { authorization } = request.headers;
    const principal = await this.authenticator.prove({ authorization, sessionCookie: undefined });
    if (principal.kind !== 'api-key') return NO_KEY;
    return principal.scopes.includes('inference:use') ? principal : NO_SCOPE;
  }
}

const EMPTY = Buffer.alloc(0);

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** How large the body will be; null: its sender does not say. */
function announcedOf({ headers }: FastifyRequest): number | null {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return Number.isSafeInteger(length) ? length : null;
}

/** As far as it is known before the body is read. */
function tierOf(request: FastifyRequest): Tier {
  const tier = headerOf(request, 'x-headroom-tier') ?? '';
  return isTier(tier) ? tier : 'standard';
}

function hintsOf(request: FastifyRequest): RequestHints {
  return {
    tier: headerOf(request, 'x-headroom-tier'),
    lane: headerOf(request, 'x-headroom-lane'),
    ttft: headerOf(request, 'x-slo-ttft-ms'),
    tpot: headerOf(request, 'x-slo-tpot-ms'),
  };
}

function show(reply: FastifyReply, told: Told): FastifyReply {
  switch (told.kind) {
    case 'streamed':
      return reply.hijack();
    case 'answer':
      return reply.headers(told.headers).type('application/json; charset=utf-8').send(told.bytes);
    case 'error':
      return sendError(reply.headers(told.headers), told.error);
  }
}

function sendError(reply: FastifyReply, error: InferenceError): FastifyReply {
  const { status, retryAfterMs } = error;
  if (retryAfterMs !== null) {
    void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
    void reply.header('retry-after-ms', String(Math.ceil(retryAfterMs)));
  }
  // OpenAI's clients would send a conflict again.
  if (status === CONFLICT && retryAfterMs === null) void reply.header('x-should-retry', 'false');
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="headroom"');
  return reply.code(status).type('application/json; charset=utf-8').send(errorBody(error));
}
