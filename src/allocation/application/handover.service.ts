import { Inject, Injectable } from '@nestjs/common';
import { streamId } from '../../eventstore/event.js';
import { StreamBusyError } from '../../eventstore/stream-errors.js';
import { present } from '../../kernel/assert.js';
import { marketOf, type ReservationId, type TeamId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import { teamUseOf, type TeamUse } from '../model/transfer.state.js';
import { Handovers } from './handovers.js';
import { MarketService } from './market.service.js';

@Injectable()
export class HandoverService extends Handovers {
  constructor(
    @Inject(MarketService) private readonly markets: MarketService,
    @Inject(Database) private readonly database: Database,
  ) {
    super();
  }

  async useOf(reservationId: ReservationId): Promise<TeamUse | null> {
    const marketId = marketOf(reservationId);
    if (marketId === null) return null;
    return this.markets.read(marketId, (state) => teamUseOf(state, reservationId));
  }

  async teamOf(reservationId: ReservationId): Promise<TeamId | null> {
    const row = await this.database.reservation.findUnique({
      where: { reservationId },
      select: { teamId: true },
    });
    if (row === null) {
      const marketId = present(marketOf(reservationId), 'market of a reservation');
      throw new StreamBusyError(streamId('market', marketId));
    }
    return row.teamId as TeamId | null;
  }
}
