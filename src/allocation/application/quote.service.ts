import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import { streamId } from '../../eventstore/event.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { StreamBusyError } from '../../eventstore/stream-errors.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { present } from '../../kernel/assert.js';
import {
  idInMarket,
  marketOf,
  type MarketId,
  type OrganizationId,
  type QuoteId,
  type ReservationId,
} from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import type { Quote as QuoteRow } from '../../platform/prisma/generated/client.js';
import { Quotes, type AcceptedQuote, type OpenQuote, type QuoteFacts } from '../contract.js';
import type { AcceptQuote } from '../model/market.commands.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { MarketState } from '../model/market.state.js';
import { ownQuote, quoteEnded } from '../model/quote.decide.js';
import type { QuoteEnd, QuoteTerms } from '../model/quote.state.js';
import { quoteProjection } from '../projection/quote.projection.js';
import { asKept, MarketService, type MarketOutcome } from './market.service.js';
import { constraintsSchema } from './order-request.js';
import { reservationFacts } from './reservation.facts.js';
import { contextOf, type TradeRequest } from './trading.service.js';

type Kept = JsonOf<MarketRejection>;

const NOT_FOUND = { code: 'QUOTE_NOT_FOUND' } as const;

/** Prices that stand for a while. */
@Injectable()
export class QuoteService extends Quotes implements OnModuleInit {
  constructor(
    @Inject(MarketService) private readonly markets: MarketService,
    @Inject(SubscriptionRegistry) private readonly subscriptions: SubscriptionRegistry,
    @Inject(Database) private readonly database: Database,
  ) {
    super();
  }

  onModuleInit(): void {
    this.subscriptions.addProjection(quoteProjection);
  }

  request(
    request: TradeRequest,
    marketId: MarketId,
    asked: Omit<QuoteTerms, 'quoteId' | 'buyerId'>,
  ): Promise<MarketOutcome> {
    const quoteId = idInMarket<QuoteId>(marketId, uuidV7());
    const buyerId = request.caller.organizationId;
    const command = { type: 'RequestQuote', quoteId, buyerId, ...asked } as const;
    return this.markets.execute(marketId, command, contextOf(request));
  }

  async release(request: TradeRequest, quoteId: QuoteId): Promise<MarketOutcome> {
    const marketId = marketOf(quoteId);
    if (marketId === null) return { accepted: false, rejection: NOT_FOUND };
    const buyerId = request.caller.organizationId;
    const command = { type: 'ReleaseQuote', quoteId, buyerId } as const;
    const outcome = await this.markets.execute(marketId, command, contextOf(request));
    if (outcome.accepted || outcome.rejection.code !== 'QUOTE_NOT_FOUND') return outcome;
    return { accepted: false, rejection: await this.endOf(quoteId, buyerId) };
  }

  async open(quoteId: QuoteId, buyerId: OrganizationId): Promise<OpenQuote> {
    const marketId = marketOf(quoteId);
    if (marketId === null) return { isOpen: false, rejection: NOT_FOUND };
    const found = await this.markets.read(marketId, (state, now) =>
      factsOf(state, { quoteId, buyerId, now }),
    );
    if (!('code' in found)) return { isOpen: true, quote: found };
    const isUnknown = found.code === 'QUOTE_NOT_FOUND';
    const rejection = isUnknown ? await this.endOf(quoteId, buyerId) : asKept(found);
    return { isOpen: false, rejection };
  }

  async renew(quoteId: QuoteId, buyerId: OrganizationId, key: string): Promise<OpenQuote> {
    const row = await this.database.quote.findFirst({ where: { quoteId, buyerId } });
    const marketId = present(marketOf(quoteId), 'market of a quote');
    if (row === null) throw new StreamBusyError(streamId('market', marketId));
    const again = idInMarket<QuoteId>(marketId, nameUuid('renew-quote', key, quoteId));
    const context = systemContext('renew-quote', `${key} ${quoteId}`);
    const command = { type: 'RequestQuote', quoteId: again, buyerId, ...termsOf(row) } as const;
    const outcome = await this.markets.execute(marketId, command, context);
    if (!outcome.accepted) return { isOpen: false, rejection: outcome.rejection };
    return this.open(again, buyerId);
  }

  async boughtBy(reservationId: ReservationId): Promise<QuoteId | null> {
    const row = await this.database.reservation.findUnique({ where: { reservationId }, select: { quoteId: true } });
    return (row?.quoteId ?? null) as QuoteId | null;
  }

  async giveUp(quoteId: QuoteId, buyerId: OrganizationId): Promise<void> {
    const marketId = present(marketOf(quoteId), 'market of a quote');
    const context = systemContext('release-quote', quoteId);
    await this.markets.execute(marketId, { type: 'ReleaseQuote', quoteId, buyerId }, context);
  }

  async accept(
    payment: Pick<AcceptQuote, 'quoteId' | 'buyerId' | 'amount'>,
    context: CommandContext,
  ): Promise<AcceptedQuote> {
    const marketId = present(marketOf(payment.quoteId), 'market of a quote');
    const command = { type: 'AcceptQuote', ...payment } as const;
    const outcome = await this.markets.execute(marketId, command, context);
    if (!outcome.accepted) return outcome;
    const { answer } = outcome;
    const paid = present(answer.kind === 'package' ? answer.reservations : null, 'reservations');
    return { accepted: true, reservations: paid };
  }

  /** What became of a quote that the market has forgotten: its rows have long heard of it. */
  private async endOf(quoteId: QuoteId, buyerId: OrganizationId): Promise<Kept> {
    const row = await this.database.quote.findFirst({ where: { quoteId, buyerId } });
    if (row === null || row.closedAt === null) return NOT_FOUND;
    const closedAt = row.closedAt.getTime() as Instant;
    return asKept(quoteEnded({ reason: row.status as QuoteEnd, closedAt }));
  }
}

function factsOf(
  state: MarketState,
  asked: Parameters<typeof ownQuote>[0],
): QuoteFacts | MarketRejection {
  const quote = ownQuote(asked, state);
  if ('code' in quote) return quote;
  const { quoteId, amount, fills } = quote;
  const holds = fills.map(({ reservationId }) =>
    present(reservationFacts(state, reservationId), `hold ${reservationId}`),
  );
  return { quoteId, amount, holds };
}

/** What a quote was asked for with. */
function termsOf(row: QuoteRow): Omit<QuoteTerms, 'quoteId' | 'buyerId'> {
  return {
    window: { start: row.windowStart.getTime() as Instant, end: row.windowEnd.getTime() as Instant },
    quantity: row.quantity as Quantity,
    limitPrice: row.limitPrice as UnitPrice | null,
    constraints: constraintsSchema.parse(row.constraints),
  };
}
