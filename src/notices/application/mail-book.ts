import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { InvitationMail } from '../../identity/contract.js';
import { formatInstant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { MailMessage } from '../../platform/prisma/generated/client.js';
import { putJob } from '../../platform/queue/put-job.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { INVITATION } from '../model/mail.rules.js';
import { sendMailAt } from './notice.jobs.js';

const invitationSecret = z.object({ token: z.string(), expiresAt: z.string() });
export type InvitationSecret = z.infer<typeof invitationSecret>;

type Invitation = Parameters<InvitationMail['invited']>[1];
type NewMessage = Pick<MailMessage, 'messageId' | 'organizationId' | 'memberId' | 'kind' | 'noticeId' | 'sealed'>;

/** Writes messages down, in the transaction of what calls for them; whoever runs jobs sends them. */
@Injectable()
export class MailBook extends InvitationMail {
  constructor(
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async invited(within: Transaction, { organizationId, memberId, token, expiresAt }: Invitation): Promise<void> {
    const messageId = uuidV7();
    const secret: InvitationSecret = { token, expiresAt: formatInstant(expiresAt) };
    const sealed = new Uint8Array(this.secrets.seal(JSON.stringify(secret), ownerOf(messageId)));
    await this.put(within, { messageId, organizationId, memberId, kind: INVITATION, noticeId: null, sealed });
  }

  /** One that is known is not written again. */
  async put(within: Transaction, message: NewMessage): Promise<void> {
    const now = this.clock.now();
    const row = { ...message, status: 'pending', createdAt: new Date(now) };
    const { count } = await within.mailMessage.createMany({ data: [row], skipDuplicates: true });
    if (count > 0) await putJob(within, sendMailAt(message.messageId, 1, now));
  }

  secretOf({ messageId }: Pick<MailMessage, 'messageId'>, sealed: Uint8Array): InvitationSecret {
    return invitationSecret.parse(JSON.parse(this.secrets.open(Buffer.from(sealed), ownerOf(messageId))));
  }
}

function ownerOf(messageId: string): string {
  return `mail-message:${messageId}`;
}
