import type { QuoteId, ReservationId } from '../../kernel/ids.js';
import type { HeldReservation, MarketState } from './market.state.js';

/** The open quote that a hold is part of: it is paid or given back with it. Null: it stands alone. */
export function quoteOfHold(
  { quotes }: Pick<MarketState, 'quotes'>,
  { quoteId }: HeldReservation,
): QuoteId | null {
  return quoteId !== null && quotes.has(quoteId) ? quoteId : null;
}

/**
 * The quote that a reservation would be part of by its name: a hold of a quote is named as a fill of an
 * order is, by what it is part of and a number. Whether there is such a quote is another question.
 */
export function quoteNamedBy(reservationId: ReservationId): QuoteId | null {
  const [, name] = /^(.+)-[1-9]\d*$/.exec(reservationId) ?? [];
  return name === undefined ? null : (name as QuoteId);
}
