import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { NotFoundRejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { MailStatus } from '../application/mail.service.js';
import type { MailKind } from '../model/mail.rules.js';

export const MAIL_KIND_NAMES = {
  APPROVAL_REQUESTED: 'approval.requested',
  BUDGET_ALERT: 'budget.alert',
  EXPORT_FAILED: 'export.failed',
  EXPORT_READY: 'export.ready',
  INVOICE_FINALIZED: 'invoice.finalized',
  PAYOUT_FAILED: 'payout.failed',
  WEBHOOK_DISABLED: 'webhook.disabled',
} as const satisfies Record<string, MailKind>;
registerEnumType(MAIL_KIND_NAMES, {
  name: 'MailKind',
  description: 'What members are written about.',
  valuesMap: {
    APPROVAL_REQUESTED: { description: 'A purchase waits for an approval: owners and finance.' },
    BUDGET_ALERT: { description: 'A percentage of the budget was reached: owners and finance.' },
    EXPORT_FAILED: { description: 'An export could not be made: whoever asked for it.' },
    EXPORT_READY: { description: 'An export is ready: whoever asked for it.' },
    INVOICE_FINALIZED: { description: 'An invoice is final: owners and finance.' },
    PAYOUT_FAILED: { description: 'A payout was refused: owners and finance.' },
    WEBHOOK_DISABLED: { description: 'An endpoint took nothing for too long: owners.' },
  },
});

const STATUS_NAMES = {
  PENDING: 'pending',
  SENT: 'sent',
  NEEDS_REVIEW: 'needs_review',
  DROPPED: 'dropped',
} as const satisfies Record<string, MailStatus>;
registerEnumType(STATUS_NAMES, {
  name: 'MailStatus',
  description: 'What became of a message.',
  valuesMap: {
    PENDING: { description: 'The mail server has not taken it yet: it is asked again.' },
    SENT: { description: 'The mail server has taken it; without one, it is a file.' },
    NEEDS_REVIEW: { description: 'The mail server does not take it: a person looks at it.' },
    DROPPED: { description: 'There was nobody to write to, or nothing to say, any more.' },
  },
});

@ObjectType('NoticeSetting', { description: 'A kind of message, and whether you want it.' })
export class NoticeSettingType {
  @Field(() => MAIL_KIND_NAMES, { description: 'About what.' })
  kind!: MailKind;

  @Field({ description: 'Whether you are written about it.' })
  isOn!: boolean;
}

@InputType({ description: 'Whether you want a kind of message.' })
export class SetNoticeInput {
  @Field(() => MAIL_KIND_NAMES, { description: 'About what.' })
  kind!: MailKind;

  @Field({ description: 'Whether you are written about it from now on.' })
  isOn!: boolean;
}

@ObjectType({ description: 'It is as you said.' })
export class SetNoticeSuccess {
  @Field(() => NoticeSettingType, { description: 'The setting.' })
  setting!: NoticeSettingType;
}

export const SetNoticeResult = resultUnion('setNotice', [SetNoticeSuccess, ValidationRejection]);

@ObjectType('MailMessage', { description: 'A message to a member, for those who run this exchange. Says neither what nor to whom.' })
export class MailMessageType {
  @Field(() => ID, { description: 'Its id, in its Message-ID.' })
  messageId!: string;

  @Field(() => ID, { description: 'Whose member it is for.' })
  organizationId!: string;

  @Field({ description: 'About what: a MailKind, as in webhooks, or invitation.' })
  kind!: string;

  @Field(() => STATUS_NAMES, { description: 'What became of it.' })
  status!: string;

  @Field(() => Int, { description: 'How often the mail server was asked.' })
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Code of the last refusal.' })
  failure!: string | null;

  @Field(() => InstantScalar, { description: 'When it was written down.' })
  createdAt!: Date;

  @Field(() => InstantScalar, { nullable: true, description: 'When the mail server took it.' })
  sentAt!: Date | null;
}

export const MailMessageConnection = connectionOf(MailMessageType, 'MailMessage', 'messages');

@ArgsType()
export class MailMessageArguments extends PageArguments {
  @Field(() => STATUS_NAMES, { nullable: true, description: 'Only those.' })
  status?: string | null;
}

@InputType({ description: 'Which message is sent again.' })
export class RetryMailInput {
  @Field(() => ID, { description: 'A message that NEEDS_REVIEW.' })
  messageId!: string;
}

@ObjectType({ description: 'The mail server is asked once more.' })
export class RetryMailSuccess {
  @Field(() => ID, { description: 'The message.' })
  messageId!: string;
}

export const RetryMailResult = resultUnion('retryMail', [RetryMailSuccess, NotFoundRejection]);
