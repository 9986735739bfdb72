import { judging, ServiceStory, type Told } from '../../test/support/service-story.js';
import { traffic } from '../../test/support/service-level.js';
import type { Market, SaleLink } from '../allocation/contract.js';
import type { Books, HourCredit } from '../billing/contract.js';
import type { RecordedEvent } from '../eventstore/event.js';
import { serviceCodec } from '../metering/contract.js';
import { serviceCredits } from './credit.process.js';

const LATE = traffic([80], [20, { ttft: 900_000 }]);
const FINE = [...LATE, ...traffic([900])];

/** Calls that a story leads to; `sales` of the chain, the last buyer's first. */
async function callsOf(commands: readonly Told[], sales: readonly string[] | null): Promise<string[]> {
  const calls: string[] = [];
  const links = sales?.map((reservationId) => ({ reservationId }) as unknown as SaleLink) ?? null;
  const market = { salesOf: async () => links } as unknown as Market;
  const creditHour = async ({ sale, servedId, revision, before, now }: HourCredit): Promise<void> =>
    void calls.push(`${sale.reservationId} for ${servedId} ${revision}: ${before.share} to ${now.share}`);
  const { events } = new ServiceStory().given(...commands);
  const recorded = events.map(
    (event) => ({ stream: 'slo-R', ...serviceCodec.encode(event) }) as unknown as RecordedEvent,
  );
  await serviceCredits(market, { creditHour } as unknown as Books).handle(recorded);
  return calls;
}

describe('credits', () => {
  it('go to every sale on the way to who was served', async () => {
    expect(await callsOf([judging(LATE)], ['R', 'Q'])).toEqual([
      'R for R 1: 0 to 10000',
      'Q for R 1: 0 to 10000',
    ]);
  });

  it('are corrected by revisions and settled disputes, and by nothing else', async () => {
    expect(await callsOf([judging(traffic([100]))], ['R'])).toEqual([]);
    const late = await callsOf([judging(LATE), judging(FINE)], ['R']);
    expect(late).toContain('R for R 2: 10000 to 0');
    const disputed = { type: 'DisputeCredit', callerId: 'seller', reason: 'no' } as const;
    const accepted = { type: 'ResolveDispute', callerId: 'holder', outcome: 'accepted', note: '' } as const;
    expect(await callsOf([judging(LATE), disputed, accepted], ['R'])).toHaveLength(2);
    const withdrawn = { ...accepted, callerId: 'seller', outcome: 'withdrawn' } as const;
    expect(await callsOf([judging(LATE), disputed, withdrawn], ['R'])).toHaveLength(1);
  });

  it('wait for a sale that cannot be read yet', async () => {
    await expect(callsOf([judging(LATE)], null)).rejects.toThrow('not in the read model yet');
  });
});
