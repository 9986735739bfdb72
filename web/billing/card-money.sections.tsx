import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { usd, usdField, words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Id, Money, Time } from '../ui/values.js';
import { REFUND_TOP_UP, type CardMoney, type CardTopUp, type Dispute, type Refund } from './payment-method.documents.js';

/** What came from cards, what went back to them, and what a bank disputes. */
export function CardMoneySections({ money }: { readonly money: CardMoney }): ReactNode {
  const [opened, setOpened] = useState<CardTopUp | null>(null);
  const [topUps, refunds, disputes] = [money.topUpHistory, money.topUpRefunds, money.paymentDisputes];
  return (
    <>
      <section className="section" aria-label="Top-ups">
        <h2>Top-ups</h2>
        {topUps.edges.length === 0 ? <p className="quiet-note">None yet.</p> : <DataTable caption="The last 50 top-ups" columns={topUpColumns(setOpened)} rows={topUps.edges.map(({ node }) => node)} keyOf={({ topUpId }) => topUpId} />}
      </section>
      <section className="section" aria-label="Refunds">
        <h2>Refunds</h2>
        {refunds.edges.length === 0 ? <p className="quiet-note">Nothing went back to a card.</p> : <DataTable caption="The last 50 refunds" columns={REFUND_COLUMNS} rows={refunds.edges.map(({ node }) => node)} keyOf={({ refundId }) => refundId} />}
      </section>
      <section className="section" aria-label="Disputes">
        <h2>Disputes</h2>
        {disputes.edges.length === 0 ? <p className="quiet-note">No bank disputes a top-up of yours.</p> : <DataTable caption="The last 50 disputes" columns={DISPUTE_COLUMNS} rows={disputes.edges.map(({ node }) => node)} keyOf={({ disputeId }) => disputeId} />}
      </section>
      {opened !== null && <RefundDialog topUp={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

function topUpColumns(open: (topUp: CardTopUp) => void): readonly Column<CardTopUp>[] {
  return [
    { ...{ id: 'at', title: 'When', isRowHeader: true }, sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: 'state', title: 'State', sortBy: ({ status }) => status, cell: ({ status }) => <span className="state" data-state={status}>{words(status)}</span> },
    { id: 'amount', title: 'Amount', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Money amount={amount} /> },
    {
      ...{ id: 'refund', title: 'Refund', isTitleHidden: true },
      cell: (topUp) => topUp.status === 'SUCCEEDED' && <button type="button" className="quiet" onClick={() => open(topUp)}>Refund<span className="visually-hidden">{` ${usd(topUp.amount)} of ${topUp.createdAt}`}</span></button>,
    },
  ];
}

function RefundDialog({ topUp: { topUpId, amount }, onClose }: { readonly topUp: CardTopUp; readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  return (
    <Dialog title="Send it back to the card" onClose={onClose}>
      <p>The amount leaves the wallet at once and is on the card in some days. Only what the wallet can spend now goes back, and at most what this top-up brought.</p>
      <MutationForm
        document={REFUND_TOP_UP}
        read={(form) => form.result({ topUpId, amount: form.usd('amount') })}
        onAccepted={() => {
          announce('It is on its way to the card');
          onClose();
        }}
        submit="Send it back"
      >
        <TextField {...{ label: 'Amount (USD)', name: 'amount', inputMode: 'decimal', autoComplete: 'off' }} hint="Whole cents" defaultValue={usdField(amount)} required data-begin />
      </MutationForm>
    </Dialog>
  );
}

const REFUND_MEANING: Readonly<Record<Refund['status'], string>> = {
  RESERVED: 'On its way',
  PAID: 'Sent',
  RETURNED: 'Did not reach the card: back in the wallet',
};

const REFUND_COLUMNS: readonly Column<Refund>[] = [
  { ...{ id: 'at', title: 'When', isRowHeader: true }, sortBy: ({ reservedAt }) => reservedAt, cell: ({ reservedAt }) => <Time at={reservedAt} /> },
  { id: 'state', title: 'State', cell: ({ status }) => REFUND_MEANING[status] },
  { id: 'of', title: 'Of the top-up', cell: ({ topUpId }) => <Id id={topUpId} name="the top-up" /> },
  { id: 'amount', title: 'Amount', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Money amount={amount} /> },
];

const DISPUTE_COLUMNS: readonly Column<Dispute>[] = [
  { ...{ id: 'at', title: 'Opened', isRowHeader: true }, sortBy: ({ openedAt }) => openedAt, cell: ({ openedAt }) => <Time at={openedAt} /> },
  { id: 'why', title: 'Why', cell: ({ reason }) => words(reason.toUpperCase()) },
  { id: 'state', title: 'State', cell: ({ status }) => words(status.toUpperCase()) },
  { id: 'until', title: 'Evidence until', cell: ({ evidenceDueAt }) => (evidenceDueAt === null ? '—' : <Time at={evidenceDueAt} />) },
  { id: 'amount', title: 'Amount', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Money amount={amount} /> },
];
