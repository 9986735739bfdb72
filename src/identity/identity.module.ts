import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { SubscriptionRegistry } from '../eventstore/subscription-registry.js';
import { AttemptLimiter, MemoryAttemptLimiter } from '../platform/rate-limit/attempt-limiter.js';
import { AdministrationResolver } from './api/administration.resolver.js';
import { MemberResolver } from './api/member.resolver.js';
import { MembershipResolver } from './api/membership.resolver.js';
import { SessionListResolver } from './api/session-list.resolver.js';
import { SessionResolver } from './api/session.resolver.js';
import { TeamResolver } from './api/team.resolver.js';
import { VerificationResolver } from './api/verification.resolver.js';
import { ApiKeyService } from './application/api-key.service.js';
import { AuditService } from './application/audit.service.js';
import { AuthenticationService } from './application/authentication.service.js';
import { InvitationService } from './application/invitation.service.js';
import { MembershipService } from './application/membership.service.js';
import { OrganizationService } from './application/organization.service.js';
import { PasswordService } from './application/password.service.js';
import { SeedService } from './application/seed.service.js';
import { SessionService } from './application/session.service.js';
import { TeamService } from './application/team.service.js';
import { auditProjection } from './projection/audit.projection.js';
import { AuditNames } from './projection/audit.names.js';
import { AuditQueries } from './projection/audit.queries.js';
import {
  AuditTrail,
  Authenticator,
  KeyDirectory,
  MemberDirectory,
  OrganizationDirectory,
  TeamDirectory,
} from './contract.js';

/**
 * Ten wrong passwords in a quarter of an hour: at sign-in for one address from one place, at a
 * change of password for one member.
 */
const PASSWORD_LIMITS = { attemptsMax: 10, windowMs: 15 * 60_000 };

@Global()
@Module({
  providers: [
    ApiKeyService,
    AuditNames,
    AuditQueries,
    AuditService,
    AuthenticationService,
    InvitationService,
    MembershipService,
    OrganizationService,
    PasswordService,
    SeedService,
    SessionService,
    AdministrationResolver,
    MemberResolver,
    MembershipResolver,
    SessionListResolver,
    SessionResolver,
    TeamResolver,
    VerificationResolver,
    TeamService,
    { provide: AttemptLimiter, useFactory: () => new MemoryAttemptLimiter(PASSWORD_LIMITS) },
    { provide: AuditTrail, useExisting: AuditService },
    { provide: KeyDirectory, useExisting: ApiKeyService },
    { provide: MemberDirectory, useExisting: MembershipService },
    { provide: Authenticator, useExisting: AuthenticationService },
    { provide: OrganizationDirectory, useExisting: OrganizationService },
    { provide: TeamDirectory, useExisting: TeamService },
  ],
  exports: [
    ...[AuditTrail, Authenticator, KeyDirectory, OrganizationDirectory, SeedService],
    ...[MemberDirectory, TeamDirectory],
  ],
})
export class IdentityModule implements OnModuleInit {
  constructor(private readonly subscriptions: SubscriptionRegistry) {}

  onModuleInit(): void {
    this.subscriptions.addProjection(auditProjection);
  }
}
