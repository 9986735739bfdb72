import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/contract.js';

/** What every resolver gets beside its arguments, over HTTP and over a socket. */
export interface RequestContext {
  readonly principal: Principal;
  readonly requestId: string;
  /** Batching loaders of this request, made when first asked for. */
  readonly loaders: Map<symbol, unknown>;
}

/** What mutations get: they come over HTTP only. */
export interface HttpContext extends RequestContext {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
