import { Injectable } from '@nestjs/common';
import { Market } from '../../allocation/contract.js';
import type { MicroUsd } from '../../kernel/money.js';
import { PilotUsage, type PilotGroup, type PilotSide, type PilotUse } from '../../metering/contract.js';
import { costPerMillion, type LanePrice, type LaneUse } from '../model/pilot.cost.js';
import type { Pilot } from '../model/pilot.js';

/** What a pilot showed: both sides of the same requests. */
export interface PilotReport {
  readonly pilot: Pilot;
  readonly groups: readonly PilotGroup[];
  /** Micro-USD for a million tokens; null: without tokens, or where a price is not known. */
  readonly costs: Readonly<Record<PilotSide, MicroUsd | null>>;
}

/** Puts what was measured beside what it cost. */
@Injectable()
export class PilotReports {
  constructor(
    private readonly usage: PilotUsage,
    private readonly market: Market,
  ) {}

  async of(pilot: Pilot): Promise<PilotReport> {
    const { groups, uses } = await this.usage.of(pilot.pilotId);
    const [client, mirror] = await Promise.all([
      this.costOf(pilot, uses, 'client'),
      this.costOf(pilot, uses, 'mirror'),
    ]);
    return { pilot, groups, costs: { client, mirror } };
  }

  private async costOf(
    pilot: Pilot,
    uses: readonly PilotUse[],
    side: PilotSide,
  ): Promise<MicroUsd | null> {
    const own = uses.filter((use) => use.side === side);
    const priced = own.map(
      async ({ reservationId, counts }): Promise<LaneUse> => ({
        counts,
        price: await this.priceOf(pilot, reservationId),
      }),
    );
    return costPerMillion(await Promise.all(priced));
  }

  private async priceOf(
    { mirrorPrice }: Pilot,
    reservationId: PilotUse['reservationId'],
  ): Promise<LanePrice | null> {
    if (reservationId === null) {
      return mirrorPrice === null ? null : { kind: 'tokens', prices: mirrorPrice };
    }
    const [entitlement, sales] = await Promise.all([
      this.market.entitlement(reservationId),
      this.market.salesOf(reservationId),
    ]);
    const [sale] = sales ?? [];
    if (entitlement === null || sale === undefined) return null;
    return { kind: 'sale', sale, weights: entitlement.terms.usage.weights };
  }
}
