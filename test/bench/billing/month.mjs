// A month of delivered hours, as the projections would have written it: reservations, charges and use.

/**
 * `hours` from `start` on of as many `reservations`: a charge and an hour of use for each of both.
 *
 * @param {{ owner: string, start: number, hours: number, reservations: number }} what
 */
export async function seedMonth(pool, { owner, start, hours, reservations }) {
  const [from, month] = [new Date(start).toISOString(), new Date(start).toISOString().slice(0, 7)];
  const end = new Date(Date.UTC(new Date(start).getUTCFullYear(), new Date(start).getUTCMonth() + 1)).toISOString();
  const at = (hour) => `timestamptz '${from}' + (${hour}) * interval '1 hour'`;
  const id = `'llama-3.3-70b@fp8~${owner}-' || r`;
  const each = `generate_series(0, ${hours - 1}) h, generate_series(1, ${reservations}) r`;
  await pool.query(`
    INSERT INTO market_pool (pool_id, market_id, provider_id, opened_at)
      VALUES ('month-pool', 'llama-3.3-70b@fp8', 'month-provider', '${from}') ON CONFLICT DO NOTHING;
    INSERT INTO reservation (reservation_id, market_id, pool_id, listing_id, seller_id, holder_id, window_start,
        window_end, quantity, unit_price, amount, hops, terms_version, status, held_at, paid_at, entitlement, stream_version)
      SELECT ${id}, 'llama-3.3-70b@fp8', 'month-pool', 'l', 'month-provider', '${owner}', '${from}',
        '${end}', 10, 333, 333 * 7200, 0, 1, 'active', '${from}', '${from}', '[]', 1
      FROM generate_series(1, ${reservations}) r;
    INSERT INTO ledger_charge (organization_id, version, month, kind, reservation_id, amount, served_from, served_to, posted_at)
      SELECT '${owner}', h * ${reservations} + r, '${month}', 'delivery', ${id}, 3330, ${at('h')}, ${at('h + 1')}, ${at('h + 1')}
      FROM ${each};
    INSERT INTO usage_revision (holder_id, hour, reservation_id, revision, events, input_tokens, cached_tokens, output_tokens,
        reasoning_tokens, weighted, entitled, overage, overage_amount, rated_at, log_transaction, log_position)
      SELECT '${owner}', ${at('h')}, ${id}, 1, 9, 5000, 100, 20000, 0, 205000000 + r, 360000000, 0, 0, ${at('h + 1')}, h, r
      FROM ${each};
    ANALYZE`);
}
