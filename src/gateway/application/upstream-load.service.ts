import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Lane } from '../model/lane.js';
import { gaugesOf, metricsUrlOf, readLoad, type UpstreamLoad } from '../model/upstream.load.js';
import { LaneDirectory } from './lane-directory.js';
import { Upstream } from './upstream.js';

export type LoadOutcome =
  | { readonly kind: 'told'; readonly lane: Lane; readonly load: UpstreamLoad }
  /** It publishes no gauges that we know, or did not answer with any. */
  | { readonly kind: 'silent'; readonly lane: Lane }
  | { readonly kind: 'unknown' };

/** A server is asked once in so many milliseconds, whoever wants to know. */
const BELIEVED_MS = 5_000;
const BELIEVED_MAX = 1_000;
const PATIENCE_MS = 5_000;
const BYTES_MAX = 4_194_304;

/** What upstreams publish of their own load: declared, not measured. */
@Injectable()
export class UpstreamLoads {
  private readonly believed = new LRUCache<string, Promise<UpstreamLoad | null>>({
    max: BELIEVED_MAX,
    ttl: BELIEVED_MS,
  });

  constructor(
    private readonly directory: LaneDirectory,
    private readonly upstream: Upstream,
  ) {}

  /** Of what serves a reservation of the organization's. */
  async of(organizationId: OrganizationId, reservationId: string): Promise<LoadOutcome> {
    const lanes = await this.directory.lanesOf(organizationId);
    const lane = lanes.find((one) => one.reservationId === reservationId);
    if (lane === undefined) return { kind: 'unknown' };
    const load = await this.loadOf(lane);
    return load === null ? { kind: 'silent', lane } : { kind: 'told', lane, load };
  }

  private loadOf({ vendor, endpoint: { url: endpoint } }: Lane): Promise<UpstreamLoad | null> {
    const gauges = gaugesOf(vendor);
    if (gauges === null) return Promise.resolve(null);
    const url = metricsUrlOf(endpoint);
    const known = this.believed.get(url);
    if (known !== undefined) return known;
    // Its credential is for the endpoint and goes nowhere else.
    const bounds = { bytesMax: BYTES_MAX, signal: AbortSignal.timeout(PATIENCE_MS) };
    const found = this.upstream.read(url, bounds).then((text) => (text === null ? null : readLoad(text, gauges)));
    this.believed.set(url, found);
    return found;
  }
}
