import { notFound, partOfQuote, type Refusal } from '../../api/graphql/refusals.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { assertNever } from '../../kernel/assert.js';
import { formatUsd } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import type { MarketRejection } from '../model/market.rejections.js';

const CODES = [
  'QUOTE_NOT_FOUND',
  'QUOTE_CLOSED',
  'QUOTE_EXPIRED',
  'PART_OF_QUOTE',
  'TOO_MANY_QUOTES',
  'QUOTE_NOT_FILLABLE',
] as const;

/** A rejection as it was kept: bigints are decimal text. */
type Kept = JsonOf<MarketRejection>;
export type QuoteRefusal = Extract<Kept, { readonly code: (typeof CODES)[number] }>;
type Of<Code extends QuoteRefusal['code']> = Extract<QuoteRefusal, { readonly code: Code }>;

export function isAboutQuote(rejection: Kept): rejection is QuoteRefusal {
  return CODES.some((code) => code === rejection.code);
}

/** Why a price is not given, or stands no longer. */
export function showQuoteRejection(rejection: QuoteRefusal): Refusal {
  switch (rejection.code) {
    case 'QUOTE_NOT_FOUND':
      return notFound('quoteId', 'your organization has no such quote');
    case 'QUOTE_EXPIRED': {
      const { code, expiredAt: endedAt } = rejection;
      const message = `the quote expired at ${formatInstant(endedAt)}; nothing was charged: request another`;
      const data = { status: 'expired', endedAt };
      return told('QuoteEndedRejection', { code, message, ...data });
    }
    case 'QUOTE_CLOSED': {
      const { code, reason: status, closedAt: endedAt } = rejection;
      return told('QuoteEndedRejection', { code, message: endMessage(rejection), status, endedAt });
    }
    case 'PART_OF_QUOTE':
      return partOfQuote(rejection.quoteId);
    case 'TOO_MANY_QUOTES': {
      const { code, quotesMax, endsAt } = rejection;
      const message = `you have ${quotesMax} open quotes in this market, as many as are allowed: accept or release one, or wait until ${formatInstant(endsAt)}`;
      return told('TooManyQuotesRejection', { code, message, quotesMax, endsAt });
    }
    case 'QUOTE_NOT_FILLABLE':
      return showShortage(rejection);
    default:
      return assertNever(rejection);
  }
}

/** Under the name that a fill-or-kill order is refused by. */
function showShortage({ available, amount }: Of<'QUOTE_NOT_FILLABLE'>): Refusal {
  const price = `for ${formatUsd(BigInt(amount))} USD`;
  const message = `${available} tokens/s can be had throughout this window ${price}: ask for that much, or allow more`;
  return told('NotFillableRejection', { code: 'NOT_FILLABLE', message, available, amount });
}

function endMessage({ reason, closedAt }: Of<'QUOTE_CLOSED'>): string {
  const at = formatInstant(closedAt);
  switch (reason) {
    case 'accepted':
      return `the quote was accepted at ${at}: its reservations are yours`;
    case 'released':
      return `the quote was released at ${at}: request another`;
    case 'curtailed':
      return `a provider took capacity back at ${at}, and the quote was for all of it; holds that are left can be paid one by one`;
    default:
      return assertNever(reason);
  }
}

const told = (
  __typename: string,
  shown: { readonly code: string; readonly message: string } & Readonly<Record<string, unknown>>,
): Refusal => ({ __typename, ...shown });
