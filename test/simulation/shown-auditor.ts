import { ChainAuditor, type ToldEvent } from './chain-auditor.js';
import { DepthAuditor } from './depth-auditor.js';
import { EstimateAuditor } from './estimate-auditor.js';
import type { MarketAuditor } from './market-auditor.js';
import type { RawEvent } from './raw-event.js';
import { TradeAuditor } from './trade-auditor.js';

/** What readers of one market must be shown, by its log alone. */
export class ShownAuditor {
  readonly trades = new TradeAuditor();
  readonly chains = new ChainAuditor();
  readonly depth: DepthAuditor;
  readonly estimates: EstimateAuditor;

  constructor(market: MarketAuditor) {
    this.depth = new DepthAuditor(market);
    this.estimates = new EstimateAuditor(market);
  }

  /** Before the market's book has followed it. */
  read(event: RawEvent, told: ToldEvent): void {
    this.trades.read(event);
    this.chains.read(event, told);
    this.estimates.read(event);
  }
}
