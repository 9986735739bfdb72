import { createUnionType, Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { Role } from '../contract.js';
import {
  EmailTakenRejection,
  MemberType,
  ROLE_NAMES,
  TooManyAttemptsRejection,
} from './identity.types.js';

@ObjectType({
  implements: () => [Rejection],
  description: 'No invitation has this token, or it expired, was withdrawn or was accepted.',
})
export class InvitationNotValidRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'The organization would have no owner left who can sign in.',
})
export class LastOwnerRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'The current password is another one.',
})
export class WrongPasswordRejection extends Rejection {}

@ObjectType({ description: 'A person who was invited and may accept.' })
export class InviteMemberSuccess {
  @Field(() => MemberType, { description: 'The invited person, who signs in after accepting.' })
  member!: MemberType;

  @Field(() => String, {
    nullable: true,
    description:
      'For the person to accept with, in the first answer only: it is not kept, so a repeated request has null here.',
  })
  token!: string | null;

  @Field(() => InstantScalar, { description: 'From when on the invitation is refused.' })
  expiresAt!: number;
}

@ObjectType({ description: 'The invited person is a member and may sign in now.' })
export class AcceptInvitationSuccess {
  @Field(() => ID, { description: 'The organization.' })
  organizationId!: string;

  @Field(() => ID, { description: 'Its new member.' })
  memberId!: string;
}

@ObjectType({ description: 'The member has the role from now on.' })
export class ChangeMemberRoleSuccess {
  @Field(() => ID, { description: 'The member.' })
  memberId!: string;

  @Field(() => ROLE_NAMES, { description: 'What it may do.' })
  role!: Role;
}

@ObjectType({ description: 'The member is none any more, and its sessions are over.' })
export class RemoveMemberSuccess {
  @Field(() => ID, { description: 'Who was a member.' })
  memberId!: string;
}

@ObjectType({ description: 'The new password counts, and all other sessions are over.' })
export class ChangePasswordSuccess {
  @Field(() => ID, { description: 'Whose password.' })
  memberId!: string;
}

const byTypename = (value: { readonly __typename?: string }): string | undefined =>
  value.__typename;

export const InviteMemberResult = createUnionType({
  name: 'InviteMemberResult',
  description: 'What inviteMember leads to.',
  types: () => [InviteMemberSuccess, ValidationRejection, EmailTakenRejection] as const,
  resolveType: byTypename,
});
export const AcceptInvitationResult = createUnionType({
  name: 'AcceptInvitationResult',
  description: 'What acceptInvitation leads to.',
  types: () => [AcceptInvitationSuccess, InvitationNotValidRejection, ValidationRejection] as const,
  resolveType: byTypename,
});
export const ChangeMemberRoleResult = createUnionType({
  name: 'ChangeMemberRoleResult',
  description: 'What changeMemberRole leads to.',
  types: () => [ChangeMemberRoleSuccess, NotFoundRejection, LastOwnerRejection] as const,
  resolveType: byTypename,
});
export const RemoveMemberResult = createUnionType({
  name: 'RemoveMemberResult',
  description: 'What removeMember leads to.',
  types: () => [RemoveMemberSuccess, NotFoundRejection, LastOwnerRejection] as const,
  resolveType: byTypename,
});
export const ChangePasswordResult = createUnionType({
  name: 'ChangePasswordResult',
  description: 'What changePassword leads to.',
  types: () =>
    [
      ChangePasswordSuccess,
      ValidationRejection,
      WrongPasswordRejection,
      TooManyAttemptsRejection,
    ] as const,
  resolveType: byTypename,
});

@InputType({ description: 'Whom to invite, and as what.' })
export class InviteMemberInput {
  @Field({ description: 'E-mail address, the name to sign in with.' })
  email!: string;

  @Field({ description: 'Name, 1 to 100 characters.' })
  name!: string;

  @Field(() => ROLE_NAMES, { description: 'What the person may do.' })
  role!: Role;
}

@InputType({ description: 'An invitation and the password to sign in with from now on.' })
export class AcceptInvitationInput {
  @Field({ description: 'Token of the invitation.' })
  token!: string;

  @Field({ description: '12 to 128 characters, not the e-mail address.' })
  password!: string;
}

@InputType({ description: 'Which member gets which role.' })
export class ChangeMemberRoleInput {
  @Field(() => ID, { description: 'The member.' })
  memberId!: string;

  @Field(() => ROLE_NAMES, { description: 'What it may do from now on.' })
  role!: Role;
}

@InputType({ description: 'Whose membership to end.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'The member, or the person whose invitation to withdraw.' })
  memberId!: string;
}

@InputType({ description: 'Your old password and your new one.' })
export class ChangePasswordInput {
  @Field({ description: 'The password until now.' })
  currentPassword!: string;

  @Field({ description: '12 to 128 characters, not the e-mail address.' })
  newPassword!: string;
}
