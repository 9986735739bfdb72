import type { Pool } from 'pg';
import type { StreamId } from './event.js';

const COUNT = `
  SELECT count(*)::int AS count FROM eventstore.events
  WHERE stream_id = $1 AND version > $2 AND version <= $3 AND type = ANY($4::text[])`;

interface Counted {
  readonly version: number;
  readonly count: number;
}

const NOTHING: Counted = { version: 0, count: 0 };

/**
 * How many events of some types a stream has up to a version: a number that tells nothing of those of other
 * types. The same in every process. What was counted is not counted again, so that only the first who asks about
 * a long stream waits for it.
 */
export class EventCount {
  private readonly known = new Map<StreamId, Promise<Counted>>();

  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly types: readonly string[],
  ) {}

  async upTo(stream: StreamId, version: number): Promise<number> {
    // Nothing is kept of streams that do not exist: anybody can make up a name.
    if (version === 0) return 0;
    const before = this.known.get(stream) ?? Promise.resolve(NOTHING);
    const counting = before.then((counted) => this.countFrom(stream, counted, version));
    // Who asks meanwhile goes on from there; what failed is forgotten.
    this.known.set(stream, counting);
    counting.catch(() => this.known.delete(stream));
    const newest = await counting;
    if (newest.version === version) return newest.count;
    return newest.count - (await this.between(stream, version, newest.version));
  }

  private async countFrom(stream: StreamId, counted: Counted, version: number): Promise<Counted> {
    if (version <= counted.version) return counted;
    return { version, count: counted.count + (await this.between(stream, counted.version, version)) };
  }

  private async between(stream: StreamId, after: number, through: number): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(COUNT, [stream, after, through, this.types]);
    return rows[0]?.count ?? 0;
  }
}
