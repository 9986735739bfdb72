import '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  ANONYMOUS,
  Authenticator,
  type Credentials,
  type Principal,
} from '../../identity/contract.js';

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

/** Finds the credentials of a request and has identity prove them. */
@Injectable()
export class RequestAuthenticator {
  constructor(private readonly authenticator: Authenticator) {}

  async authenticate(request: FastifyRequest): Promise<Principal> {
    const { authorization } = request.headers;
    return this.prove({ authorization, sessionCookie: sessionCookieOf(request.cookies) });
  }

  async prove(credentials: Credentials): Promise<Principal> {
    return isNone(credentials) ? ANONYMOUS : this.authenticator.authenticate(credentials);
  }

  /** As `prove`, for a socket that stays open. */
  async recheck(credentials: Credentials): Promise<Principal> {
    return isNone(credentials) ? ANONYMOUS : this.authenticator.recheck(credentials);
  }
}

function isNone({ authorization, sessionCookie }: Credentials): boolean {
  return authorization === undefined && sessionCookie === undefined;
}
