import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LIFELIKE } from './scenario.js';
import { simulateUpstream, type SimulatedUpstream } from './simulated-upstream.js';

const SEED = 1;

/** The simulator that stands in for endpoints whose names cannot exist: started when first needed. */
@Injectable()
export class SimulatorHost implements OnModuleDestroy {
  private starting: Promise<SimulatedUpstream> | null = null;

  async url(): Promise<string> {
    this.starting ??= simulateUpstream({ seed: SEED, scenario: LIFELIKE });
    return (await this.starting).url;
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.starting)?.close();
  }
}
