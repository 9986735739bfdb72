import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { apiError } from './errors.js';
import type { RequestContext } from './request-context.js';

const contextOf = (context: ExecutionContext): RequestContext =>
  GqlExecutionContext.create(context).getContext<RequestContext>();

/** The request's context, typed. */
export const Context = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  contextOf(context),
);

/** Who is asking, known to be somebody. */
export const Caller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): AuthenticatedPrincipal => {
    const { principal } = contextOf(context);
    if (principal.kind === 'anonymous') throw apiError('UNAUTHENTICATED', 'sign in first');
    return principal;
  },
);
