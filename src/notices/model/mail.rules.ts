import type { Role } from '../../identity/contract.js';
import type { NoticeData, NoticeKind } from './notice.js';

/** What members are written about. */
export const MAIL_KINDS = [
  'approval.requested',
  'budget.alert',
  'export.failed',
  'export.ready',
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
  'export.failed': ['owner', 'finance'],
  'export.ready': ['owner', 'finance'],
  'invoice.finalized': ['owner', 'finance'],
  'payout.failed': ['owner', 'finance'],
  'webhook.disabled': ['owner'],
};

export function isMailKind(kind: string): kind is MailKind {
  return (MAIL_KINDS as readonly string[]).includes(kind);
}

/** Only whoever asked for it is written about these; of what a program asked for nobody is. */
const OF_WHO_ASKED: ReadonlySet<MailKind> = new Set(['export.failed', 'export.ready']);

/** Who of those whose business a kind is are written to about one notice of it. */
export function addresseesOf<Member extends string>(
  kind: MailKind,
  { requestedBy }: NoticeData,
  members: readonly Member[],
): readonly Member[] {
  return OF_WHO_ASKED.has(kind) ? members.filter((member) => requestedBy === `member:${member}`) : members;
}

/** Who of those whose business it is wants to be written to. */
export function recipientsOf<Member>(members: readonly Member[], muted: readonly Member[]): readonly Member[] {
  return members.filter((member) => !muted.includes(member));
}
