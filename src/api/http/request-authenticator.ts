import '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ANONYMOUS, Authenticator, type Principal } from '../../identity/contract.js';

/** `__Host-` binds the cookie to this host, to `/` and to secure connections. */
export const SESSION_COOKIE = '__Host-headroom';
/** For plain HTTP away from localhost, where COOKIE_SECURE was switched off. */
export const INSECURE_SESSION_COOKIE = 'headroom';

/** Finds the credentials of an HTTP request and has identity prove them. */
@Injectable()
export class RequestAuthenticator {
  constructor(private readonly authenticator: Authenticator) {}

  async authenticate(request: FastifyRequest): Promise<Principal> {
    const { authorization } = request.headers;
    const cookies = request.cookies;
    const sessionCookie = cookies[SESSION_COOKIE] ?? cookies[INSECURE_SESSION_COOKIE];
    if (authorization === undefined && sessionCookie === undefined) return ANONYMOUS;
    return this.authenticator.authenticate({ authorization, sessionCookie });
  }
}
