import { z } from 'zod';
import { instant, text, whole } from '../../eventstore/codec-fields.js';
import type { MicroUsd } from '../../kernel/money.js';
import { CURRENCY } from '../model/posting.js';
import { WITHDRAWAL_CAUSES } from '../model/card-money.state.js';
import type { Account } from '../model/ledger.state.js';

const money = whole<MicroUsd>();
/** The lines of a transaction; in logs of earlier versions none says its currency. */
export const postings = z.array(
  z.object({ account: text<Account>(), amount: money, balance: money, currency: z.literal(CURRENCY).default(CURRENCY) }),
);

const refund = z.object({ refundId: z.string(), topUpId: z.string(), amount: money, postings });
const movement = {
  ...{ reference: z.string(), movementId: z.string(), topUpId: z.string() },
  ...{ cause: z.enum(WITHDRAWAL_CAUSES), amount: money, postings },
};

/** How what became of money that a card brought stands in the log. */
export const cardMoneySchemas = {
  RefundReserved: { schema: refund },
  RefundPaid: { schema: refund },
  RefundReturned: { schema: refund },
  FundsWithdrawn: { schema: z.object({ ...movement, collected: money, withdrawnAt: instant }) },
  FundsReinstated: { schema: z.object({ ...movement, forgiven: money }) },
  WithdrawalCollected: { schema: z.object({ reference: z.string(), amount: money, postings }) },
};
