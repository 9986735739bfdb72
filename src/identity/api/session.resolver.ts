import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import { Caller, Context } from '../../api/graphql/current.js';
import type { HttpContext } from '../../api/graphql/request-context.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import { INSECURE_SESSION_COOKIE, SESSION_COOKIE } from '../../api/http/request-authenticator.js';
import { present } from '../../kernel/assert.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { AttemptLimiter } from '../../platform/rate-limit/attempt-limiter.js';
import { OrganizationService } from '../application/organization.service.js';
import { SessionService, type OpenedSession } from '../application/session.service.js';
import { actorOf, ROLES, type AuthenticatedPrincipal } from '../contract.js';
import { NAME_LENGTH_MAX, normalizeEmail, type Issue } from '../model/credentials.js';
import {
  SignInInput,
  SignInResult,
  SignOutResult,
  SignUpInput,
  SignUpResult,
  Viewer,
} from './identity.types.js';

@Resolver()
export class SessionResolver {
  constructor(
    private readonly organizations: OrganizationService,
    private readonly sessions: SessionService,
    private readonly attempts: AttemptLimiter,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Query(() => Viewer, { description: 'Who you are to this exchange.' })
  @AllowMembers(ROLES, 'market:read')
  async viewer(@Caller() caller: AuthenticatedPrincipal): Promise<Viewer> {
    const organization = await this.organizations.find(caller.organizationId);
    return {
      actor: actorOf(caller),
      organization: present(organization, 'own organization'),
      role: caller.kind === 'member' ? caller.role : null,
      scopes: caller.kind === 'api-key' ? caller.scopes : [],
      isPlatformAdmin: caller.kind === 'member' && caller.isPlatformAdmin,
    };
  }

  @Mutation(() => SignUpResult, { description: 'Makes an organization and its owner.' })
  @AllowAnyone()
  async signUp(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The organization and its owner.' }) input: SignUpInput,
  ): Promise<object> {
    const organizationName = readName(input.organizationName, NAME_LENGTH_MAX);
    const name = readName(input.name, NAME_LENGTH_MAX);
    const issues = [
      ...nameIssues('organizationName', organizationName),
      ...nameIssues('name', name),
    ];
    if (organizationName === null || name === null) return invalidInput(issues);
    const request = { ...input, organizationName, name };
    const outcome = await this.organizations.signUp(request, idempotencyKey);
    if (outcome.ok) return { __typename: 'SignUpSuccess', ...outcome.value };
    if (outcome.error.code === 'VALIDATION_FAILED') return invalidInput(outcome.error.issues);
    const message = 'another account has this e-mail address: sign in with it';
    return { __typename: 'EmailTakenRejection', code: 'EMAIL_TAKEN', message };
  }

  @Mutation(() => SignInResult, {
    description: 'Opens a session; its token comes as a cookie. Every call opens a new one.',
  })
  @AllowAnyone()
  async signIn(
    @IdempotencyKey() _idempotencyKey: string,
    @Args('input', { description: 'Credentials.' }) input: SignInInput,
    @Context() context: HttpContext,
  ): Promise<object> {
    const email = normalizeEmail(input.email);
    const who = `${context.request.ip} ${email}`;
    const retryAfterSeconds = await this.attempts.attempt(who);
    if (retryAfterSeconds !== null) {
      const message = `too many attempts: try again in ${retryAfterSeconds} s`;
      const code = 'TOO_MANY_ATTEMPTS';
      return { __typename: 'TooManyAttemptsRejection', code, message, retryAfterSeconds };
    }
    const memberId = await this.sessions.verify(email, input.password);
    if (memberId === null) {
      const message = 'no account has this e-mail address and password';
      return { __typename: 'WrongCredentialsRejection', code: 'WRONG_CREDENTIALS', message };
    }
    await this.attempts.forgive(who);
    const session = await this.sessions.open(memberId);
    this.setCookie(context, session);
    return { __typename: 'SignInSuccess', memberId, expiresAt: session.expiresAt };
  }

  @Mutation(() => SignOutResult, { description: 'Ends the session of this cookie.' })
  @AllowMembers(ROLES, null)
  async signOut(
    @IdempotencyKey() _idempotencyKey: string,
    @Caller() caller: AuthenticatedPrincipal,
    @Context() context: HttpContext,
  ): Promise<object> {
    if (caller.kind === 'member') await this.sessions.revoke({ sessionId: caller.sessionId });
    void context.reply.clearCookie(this.cookieName, this.cookieOptions);
    return { __typename: 'SignOutSuccess', signedOut: true };
  }

  private setCookie({ reply }: HttpContext, { token, expiresAt }: OpenedSession): void {
    void reply.setCookie(this.cookieName, token, {
      ...this.cookieOptions,
      expires: new Date(expiresAt),
    });
  }

  private get cookieName(): string {
    return this.settings.isCookieSecure ? SESSION_COOKIE : INSECURE_SESSION_COOKIE;
  }

  private get cookieOptions(): {
    readonly path: '/';
    readonly httpOnly: true;
    readonly sameSite: 'lax';
    readonly secure: boolean;
  } {
    const { isCookieSecure: secure } = this.settings;
    return { path: '/', httpOnly: true, sameSite: 'lax', secure };
  }
}

function nameIssues(field: string, name: string | null): readonly Issue[] {
  const accepted = `1 to ${NAME_LENGTH_MAX} visible characters`;
  return name === null ? [{ field, reason: 'is empty, too long or has hidden marks', accepted }] : [];
}
