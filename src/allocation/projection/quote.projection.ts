import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type Row,
  type RowChange,
} from '../../eventstore/projection.js';
import { marketOf } from '../../kernel/ids.js';
import { formatInstant } from '../../kernel/time.js';
import { marketCodec } from '../application/market.codec.js';
import type { MarketEvent, QuoteOpened } from '../model/market.events.js';
import { unitPriceOf, viewFills } from '../model/quote.answer.js';

const QUOTE = 'quote';

/** Quotes as rows, those that have ended too. Few events are about them. */
export const quoteProjection: AnyProjection = defineProjection<MarketEvent>({
  name: 'quotes',
  category: 'market',
  tables: [{ name: QUOTE, key: ['quote_id'] }],
  codec: marketCodec,
  project,
});

function project(event: MarketEvent, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'QuoteOpened':
      return [{ kind: 'put', table: QUOTE, row: openedRow(event, recorded) }];
    case 'QuoteClosed': {
      const { quoteId: quote_id, reason: status } = event;
      const closed_at = formatInstant(event.closedAt);
      const values = { status, closed_at, stream_version: recorded.version };
      return [{ kind: 'set', table: QUOTE, key: { quote_id }, values }];
    }
    default:
      return [];
  }
}

function openedRow(event: QuoteOpened, { version }: RecordedEvent): Row {
  const { quoteId, buyerId, window, quantity, limitPrice, constraints, amount } = event;
  return {
    quote_id: quoteId,
    market_id: marketOf(quoteId) ?? '',
    buyer_id: buyerId,
    window_start: formatInstant(window.start),
    window_end: formatInstant(window.end),
    quantity,
    limit_price: limitPrice,
    constraints: { ...constraints },
    amount,
    unit_price: unitPriceOf(event),
    fills: viewFills(event).map((fill) => ({ ...fill })),
    status: 'open',
    quoted_at: formatInstant(event.quotedAt),
    expires_at: formatInstant(event.expiresAt),
    closed_at: null,
    stream_version: version,
  };
}
