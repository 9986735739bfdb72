import type { OrganizationId, ReservationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import { GatewayUsage, type GatewayRecord } from '../../src/metering/contract.js';
import type { TestApp } from './app.js';

let count = 0;

/** A streamed request as the gateway records it: 100 ms to the first of 200 tokens, at 1,000 a second. */
export function gatewayRecord(
  whose: { readonly organizationId: string; readonly reservationId: string; readonly servedAt: number },
  changes: Partial<GatewayRecord> = {},
): GatewayRecord {
  count += 1;
  return {
    id: `measured-${count}`,
    organizationId: whose.organizationId as OrganizationId,
    keyId: 'key',
    reservationId: whose.reservationId as ReservationId,
    model: 'llama-3.3-70b',
    servedAt: whose.servedAt as Instant,
    counts: { input: 1_000n, cachedInput: 0n, output: 200n, reasoning: 0n },
    ...{ ownOutput: 200, claimedInput: 1_000, claimedOutput: 200, dispute: null },
    ...{ reason: 'completed', tier: 'standard', isStream: true, concurrency: 4 },
    ...{ claimedTimes: null, mirrored: null, isCold: false },
    ...{ ttft: 100_000, queued: 0, streaming: 199_000, duration: 299_000 },
    ...changes,
  };
}

export const recordAll = (app: TestApp, records: readonly GatewayRecord[]): Promise<void> =>
  app.application.get(GatewayUsage).record(records);
