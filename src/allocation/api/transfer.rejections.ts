import { invalidInput, notFound, type Refusal } from '../../api/graphql/refusals.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import type { MarketRejection } from '../model/market.rejections.js';

export type TransferRefusal = Extract<
  JsonOf<MarketRejection>,
  {
    readonly code:
      | 'TEAM_NOT_FOUND'
      | 'NOT_TRANSFERRED'
      | 'TRANSFERRED'
      | 'SAME_TEAM'
      | 'CHAIN_TOO_LONG';
  }
>;

/** Why something cannot be handed over within an organization, or was. */
export function showTransfer(rejection: TransferRefusal): Refusal {
  switch (rejection.code) {
    case 'TEAM_NOT_FOUND':
      return notFound('teamId', 'your organization has no such team');
    case 'NOT_TRANSFERRED': {
      const accepted = 'a reservation that transferReservation made; what was bought is cancelled';
      return wrong('reservationId', 'was not handed over', accepted);
    }
    case 'TRANSFERRED': {
      const accepted = `returnTransfer for this part, or cancelReservation for ${rejection.sourceId}`;
      return wrong('reservationId', 'was handed over and not bought', accepted);
    }
    case 'SAME_TEAM':
      return wrong('teamId', 'has it already', 'another team of yours');
    case 'CHAIN_TOO_LONG': {
      const accepted = `a reservation that changed hands fewer than ${rejection.chainMax} times; return what was handed over`;
      return wrong('reservationId', 'has changed hands too often', accepted);
    }
  }
}

function wrong(field: string, reason: string, accepted: string): Refusal {
  return invalidInput([{ field, reason, accepted }]);
}
