import type { MemberId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Issue } from './credentials.js';

/** Why a change of membership or password was refused. */
export type MembershipRefusal =
  | InvalidFields
  | EmailTaken
  | InvitationNotValid
  | MemberNotFound
  | LastOwner
  | WrongPassword
  | TooManyAttempts;

export interface InvalidFields {
  readonly code: 'VALIDATION_FAILED';
  readonly issues: readonly Issue[];
}
export interface EmailTaken {
  readonly code: 'EMAIL_TAKEN';
}
/** Unknown, used or withdrawn, told apart by nobody; or it ran out, which whoever was handed it may know. */
export interface InvitationNotValid {
  readonly code: 'INVITATION_NOT_VALID';
  /** Until when it could have been accepted; null: that is not why. */
  readonly expiredAt: Instant | null;
}
/** Unknown, removed, or another organization's: told apart by nobody. */
export interface MemberNotFound {
  readonly code: 'NOT_FOUND';
}
export interface LastOwner {
  readonly code: 'LAST_OWNER';
}
export interface WrongPassword {
  readonly code: 'WRONG_PASSWORD';
}
export interface TooManyAttempts {
  readonly code: 'TOO_MANY_ATTEMPTS';
  readonly retryAfterSeconds: number;
}

const MEMBER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the text can be a member's id; nothing else need be looked up. */
export function isMemberId(text: string): text is MemberId {
  return MEMBER_ID.test(text);
}

/**
 * What stands in the place of a removed member's e-mail address. It is none (no at sign), so nobody
 * signs in, signs up or is invited with it, and the address itself is free again.
 */
export function addressOfRemoved(memberId: string): string {
  return `removed:${memberId}`;
}
