import { HOUR_MS } from '../../kernel/time.js';
import type { ReservedHour, ServedHour, ServedHours } from '../contract.js';
import type { WeightedTokens } from '../model/rating.js';

/**
 * What was used in hours that are given: which of some reservations, hours since the epoch, and the first one's place.
 * One text of all: each is `place,events,input,cached,output,reasoning,weighted`, with semicolons between them. A row for
 * each, of a text for each column, would be most of the work of whoever reads a million of them.
 */
export const SERVED = `
  SELECT string_agg(concat_ws(',', asked.place - 1 + $5::int8, given.events, given.input_tokens, given.cached_tokens,
    given.output_tokens, given.reasoning_tokens, given.weighted - given.overage), ';')
  FROM unnest($2::int8[], $3::int8[]) WITH ORDINALITY AS asked(reservation, hour, place)
  JOIN unnest($4::text[]) WITH ORDINALITY AS named(reservation_id, reservation) ON named.reservation = asked.reservation
  CROSS JOIN LATERAL (
    SELECT * FROM usage_revision AS known
    WHERE known.holder_id = $1 AND known.hour = timestamptz 'epoch' + asked.hour * interval '1 hour'
      AND known.reservation_id = named.reservation_id
      AND (known.log_transaction, known.log_position) <= ($6::int8, $7::int8)
    ORDER BY known.revision DESC LIMIT 1
  ) AS given`;

/** The second to fifth value of {@link SERVED}. */
export function servedValues(hours: readonly ReservedHour[], from: number, to: number): readonly unknown[] {
  const names = new Map<string, number>();
  const [reservations, times]: [number[], number[]] = [[], []];
  for (const { reservationId, hour } of hours.slice(from, to)) {
    const place = names.get(reservationId) ?? names.size + 1;
    names.set(reservationId, place);
    reservations.push(place);
    times.push(hour / HOUR_MS);
  }
  return [`{${reservations.join(',')}}`, `{${times.join(',')}}`, [...names.keys()], from];
}

/** Reads what {@link SERVED} wrote, by its place. */
export const servedAt =
  (texts: readonly (string | undefined)[]): ServedHours =>
  (place) => {
    const text = texts[place];
    return text === undefined ? null : readHour(text.split(','));
  };

function readHour(numbers: readonly string[]): ServedHour {
  // What is not there is no number: it throws.
  const at = (place: number): bigint => BigInt(numbers[place] ?? 'none');
  const counts = { input: at(2), cachedInput: at(3), output: at(4), reasoning: at(5) };
  return { events: at(1), counts, weighted: at(6) as WeightedTokens };
}
