import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, isSpendRefusal, spendRefused } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import { isMarketId, type QuoteId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { QuoteService } from '../application/quote.service.js';
import { QuoteEntry } from '../contract.js';
import { QUOTE_LIFE } from '../model/quote.decide.js';
import { showQuote, showQuoteRow } from './quote.presentation.js';
import { quoteIssues, readQuote } from './quote.reading.js';
import {
  AcceptQuoteInput,
  AcceptQuoteResult,
  QUOTE_STATES,
  QuoteArguments,
  QuoteConnection,
  QuoteType,
  ReleaseQuoteInput,
  ReleaseQuoteResult,
  RequestQuoteInput,
  RequestQuoteResult,
  type QuoteState,
} from './quote.types.js';
import { showReservation } from './reservation.presentation.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class QuoteResolver {
  constructor(
    private readonly quoting: QuoteService,
    @Inject(QuoteEntry) private readonly entry: QuoteEntry,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => QuoteConnection, { description: 'Prices that your organization was given, newest first.' })
  @AllowMembers(ROLES, 'market:read')
  async quotes(
    @Args() { status, ...pageArguments }: QuoteArguments,
    @Caller() { organizationId: buyerId }: AuthenticatedPrincipal,
  ): Promise<Connection<QuoteType>> {
    const page = readPage(pageArguments, 2);
    const now = this.clock.now();
    const rows = await this.database.quote.findMany({
      where: {
        buyerId,
        AND: [
          inState(status ?? null, new Date(now)),
          ...(page.after === null ? [] : [{ OR: before(page.after) }]),
        ],
      },
      orderBy: [{ quotedAt: 'desc' }, { quoteId: 'desc' }],
      take: page.first + 1,
    });
    const show = (row: (typeof rows)[number]): QuoteType => showQuoteRow(row, now);
    return toConnection(rows, page, show, ({ quotedAt, quoteId }) => [
      quotedAt.toISOString(),
      quoteId,
    ]);
  }

  @Query(() => QuoteType, { nullable: true, description: 'One price that your organization was given.' })
  @AllowMembers(ROLES, 'market:read')
  async quote(
    @Args('quoteId', { type: () => ID, description: 'Its id.' }) quoteId: string,
    @Caller() { organizationId: buyerId }: AuthenticatedPrincipal,
  ): Promise<QuoteType | null> {
    const row = await this.database.quote.findFirst({ where: { quoteId, buyerId } });
    return row === null ? null : showQuoteRow(row, this.clock.now());
  }

  @Mutation(() => RequestQuoteResult, {
    description: `Gives the price that a fill-or-kill order would be executed at, and sets what it is for aside: it stands for ${QUOTE_LIFE / 1_000} seconds.`,
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async requestQuote(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'For what.' }) input: RequestQuoteInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = quoteIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const { marketId } = input;
    if (!isMarketId(marketId)) return showRejection({ code: 'MARKET_NOT_FOUND' }, 'quote');
    const request = { caller, mutation: 'requestQuote', idempotencyKey, input };
    const outcome = await this.quoting.request(request, marketId, readQuote(input));
    if (!outcome.accepted) return showRejection(outcome.rejection, 'quote');
    const { answer } = outcome;
    const quote = present(answer.kind === 'quote' ? answer.quote : null, 'quote');
    return { __typename: 'RequestQuoteSuccess', quote: showQuote(quote) };
  }

  @Mutation(() => AcceptQuoteResult, {
    description: 'Pays all of a quote from the wallet, at exactly its price: all of it is yours, or nothing.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async acceptQuote(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) input: AcceptQuoteInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const submission = { caller, idempotencyKey, input };
    const outcome = await this.entry.accept(submission, input.quoteId as QuoteId);
    if (outcome.accepted) {
      const { wallet: walletBalance } = outcome;
      const reservations = outcome.reservations.map(showReservation);
      return { __typename: 'AcceptQuoteSuccess', reservations, walletBalance };
    }
    const { rejection } = outcome;
    if (isSpendRefusal(rejection)) return spendRefused(rejection);
    return showRejection(rejection, 'quote');
  }

  @Mutation(() => ReleaseQuoteResult, { description: 'Gives a quote back before it expires.' })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async releaseQuote(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) input: ReleaseQuoteInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { caller, mutation: 'releaseQuote', idempotencyKey, input };
    const { quoteId } = input;
    const outcome = await this.quoting.release(request, quoteId as QuoteId);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'quote');
    return { __typename: 'ReleaseQuoteSuccess', quoteId };
  }
}

/** What is open in the rows is over once its time is. */
function inState(status: QuoteState | null, now: Date): object {
  switch (status) {
    case null:
      return {};
    case QUOTE_STATES.OPEN:
      return { status, expiresAt: { gt: now } };
    case QUOTE_STATES.EXPIRED:
      return { OR: [{ status }, { status: QUOTE_STATES.OPEN, expiresAt: { lte: now } }] };
    default:
      return { status };
  }
}

/** Rows behind a cursor of (quoted at, id), newest first. */
function before([quotedAt = '', quoteId = '']: readonly string[]): object[] {
  const at = readInstantKey(quotedAt);
  return [{ quotedAt: { lt: at } }, { quotedAt: at, quoteId: { lt: quoteId } }];
}
