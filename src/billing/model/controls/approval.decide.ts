import { accept, reject, type Decision } from '../../../kernel/decider.js';
import type { Instant } from '../../../kernel/time.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import { pay, whyNot } from '../purchase.decide.js';
import type { ApprovePurchase, ExpireApproval, RefusePurchase } from './controls.commands.js';
import type { ApprovalDecided } from './controls.events.js';
import type { ApprovalRequest } from './controls.state.js';
import { costOf, type Purchase } from './purchase.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

/**
 * What was asked for is decided as if it were asked now, and paid for in the same commit: there is no
 * moment between the two in which a crash could lose it, or run it twice.
 */
export function approvePurchase(command: ApprovePurchase, ledger: Ledger): Decided {
  const { approvalId, approver, note, purchase, now } = command;
  const found = pending(approvalId, now, ledger);
  if ('code' in found) return reject(found);
  if (found.spender.memberId === approver.memberId) return reject({ code: 'OWN_REQUEST' });
  const [approved, cost] = [found.amount, costOf(purchase)];
  if (cost > approved) return reject({ code: 'PRICE_WORSE', approved, cost });
  const spending = { spender: found.spender, approvalId };
  const refused = whyNot({ purchase, spending, now }, ledger);
  if (refused !== null) return reject(refused);
  const paid = paidFor(purchase);
  const about = { approvalId, decidedBy: approver.actor, note, decidedAt: now };
  const decided: ApprovalDecided = {
    ...{ type: 'ApprovalDecided', ...about, end: 'approved', ...paid, postings: [] },
  };
  return accept<LedgerEvent>(decided, ...pay({ purchase, spending, now }, ledger));
}

export function refusePurchase({ approvalId, actor, note, now }: RefusePurchase, ledger: Ledger): Decided {
  const found = pending(approvalId, now, ledger);
  if ('code' in found) return reject(found);
  return accept(ended({ approvalId, decidedBy: actor, note, decidedAt: now }, 'refused'));
}

/** Also when somebody decided just before: then there is nothing to do. */
export function expireApproval({ approvalId, now }: ExpireApproval, { controls }: Ledger): Decided {
  const request = controls.requests.get(approvalId);
  if (request === undefined || now < request.expiresAt) return accept();
  const about = { approvalId, decidedBy: 'system:expire-approval', note: '', decidedAt: now };
  return accept(ended(about, 'expired'));
}

function ended(
  about: Pick<ApprovalDecided, 'approvalId' | 'decidedBy' | 'note' | 'decidedAt'>,
  end: 'refused' | 'expired',
): ApprovalDecided {
  return { type: 'ApprovalDecided', ...about, end, reservationIds: [], quoteId: null, postings: [] };
}

/** A request is over when its time is, whether or not that was written down yet. */
function pending(
  approvalId: string,
  now: Instant,
  { controls }: Ledger,
): ApprovalRequest | LedgerRejection {
  const decided = controls.decided.get(approvalId);
  if (decided !== undefined) return { code: 'APPROVAL_DECIDED', end: decided.end };
  const request = controls.requests.get(approvalId);
  if (request === undefined) return { code: 'APPROVAL_NOT_FOUND' };
  return request.expiresAt <= now ? { code: 'APPROVAL_DECIDED', end: 'expired' } : request;
}

function paidFor(purchase: Purchase): Pick<ApprovalDecided, 'reservationIds' | 'quoteId'> {
  if (purchase.kind === 'order') return { reservationIds: [], quoteId: null };
  const reservationIds = purchase.sales.map(({ reservationId }) => reservationId);
  return { reservationIds, quoteId: purchase.quoteId };
}

