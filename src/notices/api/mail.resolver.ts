import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import { readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { actorOf, AuditTrail, organizationOf, ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import { MailService } from '../application/mail.service.js';
import { MAIL_KINDS, MAIL_ROLES } from '../model/mail.rules.js';
import {
  MailMessageArguments,
  MailMessageConnection,
  NoticeSettingType,
  RetryMailInput,
  RetryMailResult,
  SetNoticeInput,
  SetNoticeResult,
  type MailMessageType,
} from './mail.types.js';

/** Who is written to about what, and what became of it. */
@Resolver()
export class MailResolver {
  constructor(
    private readonly database: Database,
    private readonly mail: MailService,
    private readonly audit: AuditTrail,
  ) {}

  @Query(() => [NoticeSettingType], { description: 'What you are written about, as your role has it; nothing for programs.' })
  @AllowMembers(ROLES, null)
  async noticeSettings(@Caller() caller: AuthenticatedPrincipal): Promise<readonly NoticeSettingType[]> {
    if (caller.kind !== 'member') return [];
    const { memberId, role } = caller;
    const muted = await this.database.mailMute.findMany({ where: { memberId } });
    return MAIL_KINDS.filter((kind) => MAIL_ROLES[kind].includes(role)).map((kind) => ({
      kind,
      isOn: !muted.some((one) => one.kind === kind),
    }));
  }

  @Mutation(() => SetNoticeResult, { description: 'Turns a kind of message to yourself off or on.' })
  @AllowMembers(ROLES, null)
  async setNotice(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The setting.' }) { kind, isOn }: SetNoticeInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    if (caller.kind !== 'member' || !MAIL_ROLES[kind].includes(caller.role)) {
      const accepted = 'a kind that noticeSettings lists';
      return invalidInput([{ field: 'input.kind', reason: 'is nothing that you are written about', accepted }]);
    }
    const { memberId, organizationId: scope } = caller;
    const content = { setNotice: { memberId, kind, isOn } };
    const { answer } = await once(this.database, { scope, key: idempotencyKey, content }, async (within) => {
      if (isOn) await within.mailMute.deleteMany({ where: { memberId, kind } });
      else await within.mailMute.createMany({ data: [{ memberId, kind }], skipDuplicates: true });
      return { kind, isOn };
    });
    return { __typename: 'SetNoticeSuccess', setting: answer };
  }

  @Query(() => MailMessageConnection, { description: 'Messages to members of all organizations, newest first.' })
  @AllowPlatformAdmins()
  async mailMessages(@Args() { status = null, ...pageArguments }: MailMessageArguments): Promise<Connection<MailMessageType>> {
    const page = readPage(pageArguments, 2);
    const [at, messageId = ''] = page.after ?? [];
    const createdAt = at === undefined ? undefined : readInstantKey(at);
    const older = [{ createdAt: { lt: createdAt } }, { createdAt, messageId: { lt: messageId } }];
    const rows = await this.database.mailMessage.findMany({
      where: { ...(status !== null && { status }), ...(createdAt && { OR: older as object[] }) },
      orderBy: [{ createdAt: 'desc' }, { messageId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.createdAt.toISOString(), row.messageId]);
  }

  @Mutation(() => RetryMailResult, { description: 'Asks the mail server once more for a message that was given up.' })
  @AllowPlatformAdmins()
  async retryMail(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { messageId }: RetryMailInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { scope: `${organizationOf(caller)}`, key: idempotencyKey, content: { retryMail: { messageId } } };
    const { answer } = await once(this.database, request, async (within) => {
      const retried = await this.mail.retry(within, messageId);
      if (retried === null) return notFound('messageId', 'no such message waits for somebody to look at it');
      const entry = { ...retried, actor: actorOf(caller), action: 'mail.retried', subject: messageId, details: {} };
      await this.audit.recordIn(within, entry);
      return { __typename: 'RetryMailSuccess', messageId };
    });
    return answer;
  }
}
