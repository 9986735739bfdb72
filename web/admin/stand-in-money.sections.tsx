import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Id, Money, Time } from '../ui/values.js';
import { FINISH_PAYMENT, HAPPEN, type Happening, type StandIn } from './stand-in.documents.js';

type Waiting = StandIn['waitingPayments'][number];
type Paid = StandIn['paidPayments'][number];
type Dispute = StandIn['disputes'][number];
type Refund = StandIn['refunds'][number];
type Account = StandIn['accounts'][number];

/** What happens by itself: at a bank, at a card network, at Stripe. */
export function StandInMoney({ standIn: { waitingPayments, paidPayments, disputes, refunds, accounts } }: { readonly standIn: StandIn }): ReactNode {
  return (
    <>
      <Section title="Payments that wait" none="None waits: a top-up by bank debit would, or one that its payer has to confirm." rows={waitingPayments} columns={WAITING} keyOf={({ paymentId }) => paymentId} />
      <Section title="Payments that came" none="None yet that could be disputed." rows={paidPayments} columns={PAID} keyOf={({ paymentId }) => paymentId} />
      <Section title="Disputes" none="No payment was disputed yet." rows={disputes} columns={DISPUTES} keyOf={({ disputeId }) => disputeId} />
      <Section title="Refunds" none="Nothing was sent back to a card yet." rows={refunds} columns={REFUNDS} keyOf={({ refundId }) => refundId} />
      <Section title="Accounts of sellers" none="No seller has an account yet." rows={accounts} columns={ACCOUNTS} keyOf={({ accountId }) => accountId} />
    </>
  );
}

function Section<Row>({ title, none, rows, columns, keyOf }: {
  readonly title: string;
  readonly none: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
}): ReactNode {
  return (
    <section className="section" aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? <p className="quiet-note">{none}</p> : <DataTable caption={`${title}, the newest 50 first`} columns={columns} rows={rows} keyOf={keyOf} />}
    </section>
  );
}

/** What is on a button, what it is said of, and what is said when it has happened. */
interface Said {
  readonly text: string;
  readonly of: string;
  readonly told: string;
}

interface HappenButtonParts {
  readonly happening: Happening;
  readonly subject: string;
  /** A part of it, where not all is meant. */
  readonly amount?: string;
  readonly said: Said;
}

function HappenButton({ happening, subject, amount, said: { text, of, told } }: HappenButtonParts): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={HAPPEN} input={{ happening, subject, ...(amount === undefined ? {} : { amount }) }} className="quiet" onAccepted={() => announce(told)}>
      {text}<span className="visually-hidden">{`: ${of}`}</span>
    </MutationButton>
  );
}

function EndButton({ payment: { paymentId }, outcome }: { readonly payment: Waiting; readonly outcome: 'SUCCEEDED' | 'FAILED' }): ReactNode {
  const announce = useAnnounce();
  const isPaid = outcome === 'SUCCEEDED';
  return (
    <MutationButton document={FINISH_PAYMENT} input={{ paymentId, outcome }} className="quiet" onAccepted={() => announce(isPaid ? 'It was paid' : 'It was not paid')}>
      {isPaid ? 'Let it be paid' : 'Let it fail'}<span className="visually-hidden">{`: ${paymentId}`}</span>
    </MutationButton>
  );
}

const CENT = 10_000n;
/** In whole cents. */
const halfOf = (amount: string): string => String(BigInt(amount) / 2n / CENT * CENT);

const whose = (organizationId: string | null): ReactNode => (organizationId === null ? 'nobody’s here' : <Id id={organizationId} name="the organization" />);

const WAITING: readonly Column<Waiting>[] = [
  { ...{ id: 'payment', title: 'Payment', isRowHeader: true }, cell: ({ paymentId }) => <Id id={paymentId} name="the payment" /> },
  { id: 'whose', title: 'Whose', cell: ({ organizationId }) => whose(organizationId) },
  { id: 'amount', title: 'Amount', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
  { id: 'state', title: 'Waits for', cell: ({ state }) => (state === 'processing' ? 'its bank' : 'its payer') },
  { id: 'at', title: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'pay', title: 'Let it be paid', isTitleHidden: true, cell: (payment) => <EndButton payment={payment} outcome="SUCCEEDED" /> },
  { id: 'fail', title: 'Let it fail', isTitleHidden: true, cell: (payment) => <EndButton payment={payment} outcome="FAILED" /> },
];

const PAID: readonly Column<Paid>[] = [
  { ...{ id: 'payment', title: 'Payment', isRowHeader: true }, cell: ({ paymentId }) => <Id id={paymentId} name="the payment" /> },
  { id: 'whose', title: 'Whose', cell: ({ organizationId }) => whose(organizationId) },
  { id: 'amount', title: 'Amount', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
  { id: 'at', title: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    ...{ id: 'dispute', title: 'Dispute', isTitleHidden: true },
    cell: ({ paymentId }) => <HappenButton happening="DISPUTE_OPENED" subject={paymentId} said={{ text: 'Dispute it', of: paymentId, told: 'It is disputed: Stripe took the money' }} />,
  },
  {
    ...{ id: 'dispute-half', title: 'Dispute half', isTitleHidden: true },
    cell: ({ paymentId, amount }) => <HappenButton happening="DISPUTE_OPENED" subject={paymentId} amount={halfOf(amount)} said={{ text: 'Dispute half of it', of: paymentId, told: 'Half of it is disputed: Stripe took that' }} />,
  },
];

const DISPUTES: readonly Column<Dispute>[] = [
  { ...{ id: 'dispute', title: 'Dispute', isRowHeader: true }, cell: ({ disputeId, paymentId }) => <><Id id={disputeId} name="the dispute" />{paymentId !== null && <span className="quiet-note">over <Id id={paymentId} name="the payment" /></span>}</> },
  { id: 'amount', title: 'Amount', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
  { id: 'state', title: 'State', cell: ({ state }) => words(state.toUpperCase()) },
  { id: 'won', title: 'Win it', isTitleHidden: true, cell: ({ disputeId, isOpen }) => isOpen && <HappenButton happening="DISPUTE_WON" subject={disputeId} said={{ text: 'Let it be won', of: disputeId, told: 'It is won: the money is back' }} /> },
  { id: 'lost', title: 'Lose it', isTitleHidden: true, cell: ({ disputeId, isOpen }) => isOpen && <HappenButton happening="DISPUTE_LOST" subject={disputeId} said={{ text: 'Let it be lost', of: disputeId, told: 'It is lost: the money is gone' }} /> },
];

const REFUNDS: readonly Column<Refund>[] = [
  { ...{ id: 'refund', title: 'Refund', isRowHeader: true }, cell: ({ refundId, paymentId }) => <><Id id={refundId} name="the refund" />{paymentId !== null && <span className="quiet-note">of <Id id={paymentId} name="the payment" /></span>}</> },
  { id: 'amount', title: 'Amount', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
  { id: 'state', title: 'State', cell: ({ state }) => words(state.toUpperCase()) },
  { id: 'fail', title: 'Let it fail', isTitleHidden: true, cell: ({ refundId, state }) => state !== 'failed' && <HappenButton happening="REFUND_FAILED" subject={refundId} said={{ text: 'Let it fail', of: refundId, told: 'The bank of the card sent it back' }} /> },
];

const ACCOUNTS: readonly Column<Account>[] = [
  { ...{ id: 'account', title: 'Account', isRowHeader: true }, cell: ({ accountId }) => <Id id={accountId} name="the account" /> },
  { id: 'whose', title: 'Whose', cell: ({ organizationId }) => whose(organizationId) },
  { id: 'state', title: 'State', cell: ({ isPayable, needs }) => <span className="long-name">{isPayable ? 'Money can go there' : 'No money can go there'}{needs.length > 0 && <span className="quiet-note">{`asked for: ${needs.join(', ')}`}</span>}</span> },
  {
    ...{ id: 'restrict', title: 'Restrict', isTitleHidden: true },
    cell: ({ accountId, isPayable }) =>
      isPayable ? (
        <HappenButton happening="ACCOUNT_RESTRICTED" subject={accountId} said={{ text: 'Ask for more', of: accountId, told: 'The seller is asked for more: no money goes there' }} />
      ) : (
        <HappenButton happening="ACCOUNT_SATISFIED" subject={accountId} said={{ text: 'Let it be given', of: accountId, told: 'The seller has given it: money can go there' }} />
      ),
  },
  { id: 'bank', title: 'Bank', isTitleHidden: true, cell: ({ accountId }) => <HappenButton happening="BANK_PAYOUT_FAILED" subject={accountId} said={{ text: 'Let its bank send money back', of: accountId, told: 'Its bank sent money back' }} /> },
];
