import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { Decision } from '../../src/kernel/decider.js';
import { checkCurtailment } from './naive-curtailment.js';
import { checkExtension, checkHolds, checkLeft } from './naive-holds.js';
import { checkReview, checkRule } from './naive-idle.js';

export function checkDecision(
  command: MarketCommand,
  decision: Decision<MarketEvent, MarketRejection>,
  market: MarketState,
): string | null {
  if (decision.accepted) checkLeft(command, decision.events, market);
  switch (command.type) {
    case 'HoldReservation':
    case 'HoldPackage':
      checkHolds(command, decision, market);
      return null;
    case 'ExtendReservation':
      checkExtension(command, decision, market);
      return null;
    case 'CurtailPool':
      if (decision.accepted) checkCurtailment(command, decision.events, market);
      return null;
    case 'SetIdleRule':
      if (decision.accepted) checkRule(command, decision.events, market);
      return null;
    case 'ReviewIdle':
      return decision.accepted ? checkReview(command, decision.events, market) : null;
    default:
      return null;
  }
}
