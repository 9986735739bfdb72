import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound, type Refusal } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import { assert, assertNever } from '../../kernel/assert.js';
import { formatInstant } from '../../kernel/time.js';
import { InvitationService } from '../application/invitation.service.js';
import { MembershipService } from '../application/membership.service.js';
import { PasswordService } from '../application/password.service.js';
import { ROLES, type AuthenticatedPrincipal } from '../contract.js';
import { checkEmail, NAME_LENGTH_MAX, normalizeEmail, type Issue } from '../model/credentials.js';
import type { MembershipRefusal } from '../model/membership.js';
import {
  AcceptInvitationInput,
  AcceptInvitationResult,
  ChangeMemberRoleInput,
  ChangeMemberRoleResult,
  ChangePasswordInput,
  ChangePasswordResult,
  InviteMemberInput,
  InviteMemberResult,
  RemoveMemberInput,
  RemoveMemberResult,
} from './membership.types.js';

@Resolver()
export class MembershipResolver {
  constructor(
    private readonly invitations: InvitationService,
    private readonly memberships: MembershipService,
    private readonly passwords: PasswordService,
  ) {}

  @Mutation(() => InviteMemberResult, {
    description:
      'Invites a person into your organization. Hand over the token yourself; it lasts 7 days.',
  })
  @AllowMembers(['owner'], null)
  async inviteMember(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The person.' }) input: InviteMemberInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const name = readName(input.name, NAME_LENGTH_MAX);
    const issues = [...checkEmail('email', input.email), ...nameIssues(name)];
    if (name === null || issues.length > 0) return invalidInput(issues);
    const person = { name, email: normalizeEmail(input.email), role: input.role };
    const outcome = await this.invitations.invite(caller, person, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    const { memberId, createdAt, expiresAt, token } = outcome.value;
    const member = { memberId, ...person, createdAt, hasJoined: false, invitedUntil: expiresAt };
    return { __typename: 'InviteMemberSuccess', member, token, expiresAt };
  }

  @Mutation(() => AcceptInvitationResult, {
    description: 'Makes an invited person a member with a password. Sign in afterwards.',
  })
  @AllowAnyone()
  async acceptInvitation(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The invitation.' }) input: AcceptInvitationInput,
  ): Promise<object> {
    const outcome = await this.invitations.accept(input, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'AcceptInvitationSuccess', ...outcome.value };
  }

  @Mutation(() => ChangeMemberRoleResult, {
    description: 'Changes what a member may do; its sessions go on with the new role.',
  })
  @AllowMembers(['owner'], null)
  async changeMemberRole(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The member.' }) input: ChangeMemberRoleInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.memberships.changeRole(caller, input, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'ChangeMemberRoleSuccess', ...outcome.value };
  }

  @Mutation(() => RemoveMemberResult, {
    description:
      'Ends a membership and its sessions, or withdraws an invitation. The e-mail address is free again. Keys belong to the organization: revoke those that the person knew.',
  })
  @AllowMembers(['owner'], null)
  async removeMember(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The member.' }) { memberId }: RemoveMemberInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.memberships.remove(caller, memberId, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'RemoveMemberSuccess', ...outcome.value };
  }

  @Mutation(() => ChangePasswordResult, {
    description: 'Changes your own password and ends your sessions but this one.',
  })
  @AllowMembers(ROLES, null)
  async changePassword(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The passwords.' }) input: ChangePasswordInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    assert(caller.kind === 'member', 'the access rule admits no keys');
    const outcome = await this.passwords.change(caller, input, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'ChangePasswordSuccess', ...outcome.value };
  }
}

function nameIssues(name: string | null): readonly Issue[] {
  const accepted = `1 to ${NAME_LENGTH_MAX} visible characters`;
  if (name !== null) return [];
  return [{ field: 'name', reason: 'is empty, too long or has hidden marks', accepted }];
}

function refusalOf(refusal: MembershipRefusal): Refusal {
  const { code } = refusal;
  switch (refusal.code) {
    case 'VALIDATION_FAILED':
      return invalidInput(refusal.issues);
    case 'EMAIL_TAKEN': {
      const message = 'an account or an open invitation has this e-mail address: use another';
      return { __typename: 'EmailTakenRejection', code, message };
    }
    case 'INVITATION_NOT_VALID': {
      const { expiredAt } = refusal;
      const what = expiredAt === null ? 'is unknown, withdrawn or used' : `ran out at ${formatInstant(expiredAt)}`;
      const message = `this invitation ${what}: ask an owner for a new one`;
      return { __typename: 'InvitationNotValidRejection', code, message };
    }
    case 'NOT_FOUND':
      return notFound('memberId', 'your organization has no such member');
    case 'LAST_OWNER': {
      const message = 'this is the last owner who can sign in: make another member an owner first';
      return { __typename: 'LastOwnerRejection', code, message };
    }
    case 'WRONG_PASSWORD': {
      const message = 'the current password is another one';
      return { __typename: 'WrongPasswordRejection', code, message };
    }
    case 'TOO_MANY_ATTEMPTS': {
      const { retryAfterSeconds } = refusal;
      const message = `too many attempts: try again in ${retryAfterSeconds} s`;
      const rejection = { code, message, retryAfterSeconds };
      return { __typename: 'TooManyAttemptsRejection', ...rejection };
    }
    default:
      return assertNever(refusal);
  }
}
