// The story, act by act. Each act tells its numbers, and compares every one of them before.
import { auction } from './auction.act.mjs';
import { issueInvoice, settle } from './books.act.mjs';
import { serveOverLanes } from './lanes.act.mjs';
import { closeMonth } from './month-end.act.mjs';
import { leaveOpen } from './open-market.act.mjs';
import { outage } from './outage.act.mjs';
import { payOut } from './payouts.act.mjs';
import { openPools } from './providers.act.mjs';
import { resell } from './resale.act.mjs';
import { RESERVED, reserve, serveTraffic } from './reservation.act.mjs';
import { setStage } from './stage.mjs';
import { waitInLine } from './waitlist.act.mjs';

export async function tellStory(setting) {
  const stage = await setStage(setting);
  const { waferHouse, switchyard } = await openPools(stage);
  const startup = await reserve(stage, waferHouse);
  const usage = await serveTraffic(stage, startup, waferHouse);
  const { nightShift, paperTrail, ...waitlist } = await waitInLine(stage, switchyard);
  const bidders = { startup, nightShift, paperTrail };
  const { secondOpinion, ...auctioned } = await auction(stage, switchyard, bidders);
  const resale = await resell(stage, waferHouse, { startup, nightShift });
  const gateway = await serveOverLanes(stage, { waferHouse, switchyard });
  const sales = [...waitlist.sales, ...auctioned.sales];
  const curtailment = await outage(stage, { waferHouse, switchyard, nightShift, paperTrail, sales });
  const books = await settle(stage, { waferHouse, startup, resale, usage });
  const due = dueOf(startup, { usage, resale, losses: curtailment.losses });
  const { told: invoice, ...month } = await issueInvoice(stage, { startup, waferHouse, resale, due });
  const payout = await payOut(stage, [
    { party: waferHouse, earned: stage.books.walletOf(waferHouse).balance },
    { party: startup, earned: resale.parts.seller },
  ]);
  const parties = { waferHouse, switchyard, startup, nightShift, paperTrail, secondOpinion };
  const open = await leaveOpen(stage, parties);
  const closed = await closeMonth(month);
  const told = {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    duplicates: usage.duplicates,
    reservedTokensPerSecond: RESERVED.toString(),
    ...books,
    ...payout,
    waitlist: waitlist.told,
    auction: auctioned.told,
    gateway,
    curtailment: curtailment.told,
    invoice: { ...invoice, ...closed },
    open,
  };
  return { told, parties };
}

/** What was delivered to a startup in the month, and what it got for what it sold and as a penalty. */
function dueOf(startup, { usage, resale, losses }) {
  const own = losses.filter(({ sale }) => sale.buyer === startup);
  const delivered = own.reduce((sum, { sale, refund }) => sum + sale.amount - refund, 0n);
  const penalty = own.reduce((sum, loss) => sum + loss.penalty, 0n);
  const charges = startup.sale.amount + BigInt(usage.overageMicroUsd) + delivered;
  return { charges, credits: resale.parts.seller + penalty };
}
