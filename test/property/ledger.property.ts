import fc from 'fast-check';
import { Play } from '../support/ledger-play.js';
import { OWNERS, step } from '../support/ledger-steps.js';

/** The longest of all properties: a machine that is busy may take five times as long. */
const LIMIT_MS = 300_000;

const steps = fc.array(step, { maxLength: 80, size: 'max' });

describe('the books', () => {
  it('balance, agree with their twin, and lose nothing between them', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const play = new Play();
        await play.run(given);
        await play.arrive();
        for (const owner of OWNERS) {
          const [live, folded] = await play.world.replayed(owner, given.length);
          expect(folded).toBe(live);
        }
      }),
      { numRuns: 150 },
    );
  }, LIMIT_MS);

  it('credit others with exactly what a buyer is charged', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const play = new Play();
        await play.run(given);
        await play.arrive();
        const charged = new Map<string, bigint>();
        const credited = new Map<string, bigint>();
        const add = (to: Map<string, bigint>, id: string, money: bigint): void =>
          void to.set(id, (to.get(id) ?? 0n) + money);
        for (const owner of OWNERS) {
          for (const event of await play.world.eventsOf(owner)) {
            if (event.type === 'DeliverySettled') add(charged, event.reservationId, event.amount);
            if (event.type === 'EscrowCancelled') add(charged, event.reservationId, event.fee);
            if (event.type === 'OverageCharged') add(charged, event.reservationId, event.collected);
            if (event.type === 'OverageCollected') add(charged, event.reservationId, event.amount);
            if (event.type === 'PenaltyCharged') add(charged, event.reservationId, event.collected);
            if (event.type === 'PenaltyCollected') add(charged, event.reservationId, event.amount);
            if (event.type === 'CreditCharged') add(charged, event.reservationId, event.collected);
            if (event.type === 'CreditCollected') add(charged, event.reservationId, event.amount);
            if (event.type === 'TransferReceived') add(credited, event.reservationId, event.amount);
          }
        }
        for (const [id, money] of charged) expect(credited.get(id) ?? 0n).toBe(money);
        expect([...credited.keys()].every((id) => charged.has(id))).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, LIMIT_MS);
});
