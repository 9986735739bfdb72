import type { Row } from '../../src/eventstore/projection.js';
import type { RowTables } from './row-tables.js';
import { quartersOf, type Trade, type TradeAuditor } from './trade-auditor.js';
import { demand, found } from './violation.js';

const QUARTER_MS = 900_000n;

/** What the public is told of a trade, and what its candle is made of. */
const told = ({ number, version, tradedAt, start, end, ...trade }: Trade): Row => ({
  ...{ number, sequence: version, traded_at: tradedAt, window_start: start, window_end: end },
  ...{ quantity: trade.quantity, unit_price: trade.unitPrice, amount: trade.amount, pool_id: trade.poolId },
  token_ms: quartersOf({ start, end, quantity: trade.quantity }) * QUARTER_MS,
});

const INSTANTS: readonly string[] = ['traded_at', 'window_start', 'window_end'];

/** Every trade is told once, and what was held and not paid for is none. */
export function checkTrades(tables: RowTables, { trades, byId, held }: TradeAuditor): void {
  const rows = tables.rows('trade');
  for (const id of tables.takeTouched('trade')) {
    const row = rows.get(id);
    const trade = byId.get(id);
    if (trade === undefined) {
      demand(row === undefined || (held.has(id) && row['sequence'] === null), `trades: ${id} is told and was none`);
      continue;
    }
    demand(row !== undefined, `trades: ${id} is not told`);
    for (const [name, value] of Object.entries(told(trade))) {
      const shown = INSTANTS.includes(name) ? Date.parse(String(row[name])) : row[name];
      demand(shown === value, `trades: ${id} is told with ${name} ${String(shown)}, not ${String(value)}`);
    }
  }
  const last = trades.at(-1);
  if (last !== undefined) found(rows.get(last.reservationId), `trade ${last.reservationId} among those that are told`);
  const count = trades.length + held.size;
  demand(rows.size === count, `trades: ${rows.size} are told or may be, and there were ${count}`);
}
