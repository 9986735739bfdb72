import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/contract.js';

/** What every resolver gets beside its arguments. */
export interface RequestContext {
  readonly principal: Principal;
  readonly requestId: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Batching loaders of this request, made when first asked for. */
  readonly loaders: Map<symbol, unknown>;
}
