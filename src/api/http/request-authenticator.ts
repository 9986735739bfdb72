import '@fastify/cookie';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ANONYMOUS,
  Authenticator,
  type Credentials,
  type Principal,
} from '../../identity/contract.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';

/** `__Host-` binds the cookie to this host, to `/` and to secure connections. */
export const SESSION_COOKIE = '__Host-headroom';
/** For plain HTTP away from localhost, where COOKIE_SECURE was switched off. */
export const INSECURE_SESSION_COOKIE = 'headroom';

/** The session's token among the cookies of a request. */
export function sessionCookieOf(
  cookies: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return cookies[SESSION_COOKIE] ?? cookies[INSECURE_SESSION_COOKIE];
}

/** The database could not say who asks. Nothing has begun: the same may be sent again. */
export class UnprovenError extends Error {
  override readonly name = 'UnprovenError';
  readonly code = 'BUSY';
  constructor() {
    super('the server cannot tell who asks at the moment; send the same again');
  }
}

/** Finds the credentials of a request and has identity prove them. */
@Injectable()
export class RequestAuthenticator {
  constructor(
    private readonly authenticator: Authenticator,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws UnprovenError the database cannot say */
  async authenticate(request: FastifyRequest): Promise<Principal> {
    const { authorization } = request.headers;
    return this.prove({ authorization, sessionCookie: sessionCookieOf(request.cookies) });
  }

  /** @throws UnprovenError the database cannot say */
  async prove(credentials: Credentials): Promise<Principal> {
    if (isNone(credentials)) return ANONYMOUS;
    try {
      return await this.authenticator.authenticate(credentials);
    } catch (error) {
      this.logger.error({ err: error as Error }, 'nobody can be authenticated');
      throw new UnprovenError();
    }
  }

  /** As `prove`, for a socket that stays open. */
  async recheck(credentials: Credentials): Promise<Principal> {
    return isNone(credentials) ? ANONYMOUS : this.authenticator.recheck(credentials);
  }
}

function isNone({ authorization, sessionCookie }: Credentials): boolean {
  return authorization === undefined && sessionCookie === undefined;
}
