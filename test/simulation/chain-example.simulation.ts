import { marketCodec } from '../../src/allocation/application/market.codec.js';
import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { plus, type Instant } from '../../src/kernel/time.js';
import { BUYER, DUE, hold, hour, hours, list, MARKET, MarketStory, openPool, OTHER, pay, price, PROVIDER, resell } from '../support/market.js';
import { RowChains } from './row-queries.js';
import { RowTables } from './row-tables.js';

const THIRD = 'org-third' as OrganizationId;
const WINDOW = hours(72, 76);

/** The example of docs/MARKET.md, in rows: A sells B half of what it bought, and B sells that to C. */
function written(): RowChains {
  const story = new MarketStory();
  const at: Instant[] = [];
  const from = (now: Instant, ...commands: Parameters<MarketStory['send']>[0][]): void => {
    story.at(now).given(...commands);
    while (at.length < story.events.length) at.push(now);
  };
  const again = (id: string, of: string, seller: OrganizationId) => ({ ...resell(id, of, WINDOW, 50, seller), unitPrice: price(100) });
  from(hour(0), openPool(), list('L', WINDOW), hold('A', 'L', WINDOW, 100), pay('A', DUE));
  from(hour(24), again('S', 'A', BUYER), hold('B', 'S', WINDOW, 50, OTHER), pay('B', 20_000));
  from(hour(48), again('T', 'B', OTHER), hold('C', 'T', WINDOW, 50, THIRD), pay('C', 20_000));
  const log = story.events.map((event, index) => {
    const place = { stream: streamId('market', MARKET), version: index + 1, occurredAt: plus(at[index] ?? hour(0), 0), metadata: '{}' };
    return { ...place, ...marketCodec.encode(event), hash: Buffer.alloc(32, index + 1) } as unknown as RecordedEvent;
  });
  const tables = new RowTables();
  tables.follow(log);
  return new RowChains(() => tables, { readStream: async (_stream, after, limit) => log.slice(after, after + limit) });
}

const BOUGHT = { hop: 0, fromId: PROVIDER, toId: BUYER, quantity: 100n, movedAt: new Date(hour(0)), event: { version: 4 }, nameplate: { event: { version: 1 } } };
const SOLD = { hop: 1, fromId: BUYER, toId: OTHER, quantity: 50n, movedAt: new Date(hour(24)), event: { version: 7 }, nameplate: null };
const SOLD_AGAIN = { hop: 2, fromId: OTHER, toId: THIRD, quantity: 50n, movedAt: new Date(hour(48)), event: { version: 11 }, nameplate: null };

describe('the chain of title of the example', () => {
  it.each<[reader: OrganizationId]>([[THIRD], [OTHER], [BUYER], [PROVIDER]])('leads from the nameplate to its holder, for %s', async (reader) => {
    expect(await written().chainOf('C', reader)).toMatchObject([BOUGHT, SOLD, SOLD_AGAIN]);
  });

  it('of what was sold on ends there, and is told to those on its sides', async () => {
    const chains = written();
    expect(await chains.chainOf('B', PROVIDER)).toMatchObject([BOUGHT, SOLD]);
    expect(await chains.chainOf('B', THIRD)).toBeNull();
    expect(await chains.chainOf('nothing', THIRD)).toBeNull();
  });
});
