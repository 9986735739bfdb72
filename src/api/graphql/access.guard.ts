import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Principal } from '../../identity/contract.js';
import { assertNever } from '../../kernel/assert.js';
import { ACCESS, type AccessRule } from './access.js';
import { apiError } from './errors.js';
import type { RequestContext } from './request-context.js';

/** Holds every resolver to its access rule; one without a rule is closed. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType<string>() !== 'graphql') return true;
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, context.getHandler());
    if (rule === undefined) throw apiError('FORBIDDEN', 'this operation is closed');
    const { principal } = GqlExecutionContext.create(context).getContext<RequestContext>();
    if (rule.who !== 'anyone' && principal.kind === 'anonymous') {
      throw apiError('UNAUTHENTICATED', 'sign in, or send an API key as a bearer token');
    }
    if (!isAllowed(rule, principal)) {
      throw apiError('FORBIDDEN', `this needs ${describe(rule)}`);
    }
    return true;
  }
}

export function isAllowed(rule: AccessRule, principal: Principal): boolean {
  switch (rule.who) {
    case 'anyone':
      return true;
    case 'platform-admin':
      return principal.kind === 'member' && principal.isPlatformAdmin;
    case 'members':
      if (principal.kind === 'member') return rule.roles.includes(principal.role);
      if (principal.kind === 'api-key') {
        return rule.scope !== null && principal.scopes.includes(rule.scope);
      }
      return false;
    default:
      return assertNever(rule);
  }
}

function describe(rule: AccessRule): string {
  switch (rule.who) {
    case 'anyone':
      return 'nothing';
    case 'platform-admin':
      return 'a platform administrator';
    case 'members': {
      const key = rule.scope === null ? '' : `, or an API key with scope ${rule.scope}`;
      return `a member with role ${rule.roles.join(' or ')}${key}`;
    }
  }
}
