import type { Role } from '../../identity/contract.js';
import type { NoticeKind } from './notice.js';

/** What members are written about. */
export const MAIL_KINDS = [
  'approval.requested',
  'budget.alert',
  'invoice.finalized',
  'payout.failed',
  'webhook.disabled',
] as const satisfies readonly NoticeKind[];
export type MailKind = (typeof MAIL_KINDS)[number];

/** Not turned off: nobody is a member yet who could. */
export const INVITATION = 'invitation';

/** Whose business it is: those who could do something about it. */
export const MAIL_ROLES: Readonly<Record<MailKind, readonly Role[]>> = {
  'approval.requested': ['owner', 'finance'],
  'budget.alert': ['owner', 'finance'],
  'invoice.finalized': ['owner', 'finance'],
  'payout.failed': ['owner', 'finance'],
  'webhook.disabled': ['owner'],
};

export function isMailKind(kind: string): kind is MailKind {
  return (MAIL_KINDS as readonly string[]).includes(kind);
}

/** Who of those whose business it is wants to be written to. */
export function recipientsOf<Member>(members: readonly Member[], muted: readonly Member[]): readonly Member[] {
  return members.filter((member) => !muted.includes(member));
}
