import { useState, type ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { Amount, Id, Money, Time } from '../ui/values.js';
import { dayText } from './amounts.js';
import { Figure } from './figure.js';
import { FinanceShell } from './finance.shell.js';
import { AccountSection } from './payout-account.section.js';
import { PayoutDialog } from './payout.dialog.js';
import { PAYOUT_ACCOUNT, PAYOUTS, type PayableDay, type Payout, type Told } from './payout.documents.js';

const NOTHING = {};
const payoutsOf = ({ payouts }: { readonly payouts: Connection<Payout> }): Connection<Payout> => payouts;

/** How a seller is paid: into which account, how much, from when on, and what was sent. */
export function PayoutsPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <FinanceShell viewer={viewer} title="Payouts" lead="What you earned by selling and reselling, on its way to your bank.">
      <Whole />
    </FinanceShell>
  );
}

/** All of it at once: whatever came first would be moved by the rest. */
function Whole(): ReactNode {
  const told = useQuery(PAYOUT_ACCOUNT, NOTHING);
  const payouts = useAllPages(PAYOUTS, NOTHING, payoutsOf);
  return (
    <Loaded query={allOf({ told, payouts })} rows={10}>
      {({ told: data, payouts: { nodes } }) => (
        <>
          <Figures told={data} />
          <AccountSection told={data} />
          <Days days={data.payoutAccount.days} />
          <Transfers payouts={nodes} />
        </>
      )}
    </Loaded>
  );
}

function Figures({ told: { payoutAccount } }: { readonly told: Told }): ReactNode {
  const { payable, due, inFlight, owed, nextDueAt } = payoutAccount;
  return (
    <dl className="figures" aria-live="polite">
      <Figure name="Payable" amount={payable} note="earned, and not paid out" />
      <Figure name="Due now" amount={due} note={nextDueAt === null ? 'in whole cents' : <>more on <Time at={nextDueAt} /></>} />
      <Figure name="On its way" amount={inFlight} note="Stripe is asked to move it" />
      <Figure name="Owed" amount={owed} note="comes out of what you earn next" />
    </dl>
  );
}

function Days({ days }: { readonly days: readonly PayableDay[] }): ReactNode {
  const now = useClock()?.now ?? '';
  return (
    <section className="section" aria-label="Payable by day">
      <h2>Payable by day</h2>
      {days.length === 0 ? (
        <EmptyState title="Nothing is payable"><p>A day’s deliveries stand here once they are settled, as soon as Stripe pays out to you. What was earned before is in the wallet.</p></EmptyState>
      ) : (
        <DataTable caption="Payable by day" columns={dayColumns(now)} rows={days} keyOf={({ earnedOn }) => earnedOn} />
      )}
    </section>
  );
}

function dayColumns(now: string): readonly Column<PayableDay>[] {
  return [
    { ...{ id: 'day', title: 'Earned on (UTC)', isRowHeader: true }, sortBy: ({ earnedOn }) => earnedOn, cell: ({ earnedOn }) => dayText(earnedOn) },
    { id: 'due', title: 'Due', sortBy: ({ dueAt }) => dueAt, cell: ({ dueAt }) => (dueAt <= now ? 'now' : <Time at={dueAt} />) },
    { id: 'amount', title: 'Amount, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
  ];
}

function Transfers({ payouts }: { readonly payouts: readonly Payout[] }): ReactNode {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <section className="section" aria-label="Transfers">
      <h2>Transfers</h2>
      {payouts.length === 0 ? (
        <EmptyState title="Nothing was paid out yet"><p>What is due is sent every day at midnight UTC, or when you ask for it.</p></EmptyState>
      ) : (
        <DataTable caption="Transfers, newest first" columns={columnsOf(setOpened)} rows={payouts} keyOf={({ payoutId }) => payoutId} />
      )}
      {opened !== null && <PayoutDialog payoutId={opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

function columnsOf(open: (payoutId: string) => void): readonly Column<Payout>[] {
  return [
    { ...{ id: 'began', title: 'Began', isRowHeader: true }, sortBy: ({ startedAt }) => startedAt, cell: ({ startedAt }) => <Time at={startedAt} /> },
    {
      ...{ id: 'state', title: 'State' },
      sortBy: ({ state }) => state,
      cell: ({ state, failureReason }) => <><span className="state" data-state={state}>{words(state)}</span>{failureReason !== null && <span className="quiet-note long-name">{failureReason}</span>}</>,
    },
    { id: 'transfer', title: 'At Stripe', cell: ({ transferId }) => (transferId === null ? '—' : <Id id={transferId} name="the transfer" />) },
    { id: 'amount', title: 'Amount', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Money amount={amount} /> },
    { id: 'reversed', title: 'Came back', isNumber: true, sortBy: ({ reversed }) => BigInt(reversed), cell: ({ reversed }) => (reversed === '0' ? '—' : <Money amount={reversed} />) },
    {
      ...{ id: 'lines', title: 'Lines', isTitleHidden: true },
      cell: ({ payoutId, startedAt }) => <button type="button" className="quiet" onClick={() => open(payoutId)}>What it pays<span className="visually-hidden">{`, begun ${startedAt}`}</span></button>,
    },
  ];
}
