import { X } from 'lucide-react';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { FilterField } from '../ui/filter-field.js';
import { groupDigits, shortId, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { useFilter } from '../ui/use-filter.js';
import { Amount, Time } from '../ui/values.js';
import { isMonth } from './amounts.js';
import { LEDGER_ENTRIES, type LedgerEntry } from './finance.documents.js';
import { FinanceShell } from './finance.shell.js';
import { Account } from './ledger.lines.js';
import { TransactionDialog } from './transaction.dialog.js';

const entriesOf = ({ ledgerEntries }: { readonly ledgerEntries: Connection<LedgerEntry> }): Connection<LedgerEntry> => ledgerEntries;

const ACCOUNTS = {
  wallet: 'Wallet',
  reserved: 'Reserved for bids',
  escrow: 'Escrow',
  receivable: 'Owed',
  clearing: 'Clearing',
  external: 'Outside',
  uncollected: 'Promised on',
  taxes: 'Taxes',
} as const;

const NAMES = ['account', 'month', 'reservation'] as const;

/** Every line of the books; what one looks for is in the address. */
export function LedgerPage({ viewer }: MemberPageProps): ReactNode {
  const { filter, set, clear, isSet } = useFilter(NAMES);
  const { account, month, reservation } = filter;
  const wanted = useMemo(
    () => ({ account: account || null, month: isMonth(month) ? month : null, reservationId: reservation.trim() || null }),
    [account, month, reservation],
  );
  return (
    <FinanceShell viewer={viewer} title="Ledger" lead="Double entry: the lines of one transaction sum to zero. Credits are above zero.">
      <search className="filter-bar few" aria-label="Filters">
        <AccountChoice account={account} onChange={set('account')} />
        <FilterField label="Month (UTC)" type="month" value={month} onChange={set('month')} />
        <FilterField label="Reservation" placeholder="its id" value={reservation} onChange={set('reservation')} />
        {isSet && <button type="button" className="quiet clear" onClick={clear}><X aria-hidden />Clear</button>}
      </search>
      <Entries filter={wanted} />
    </FinanceShell>
  );
}

interface Filter {
  readonly account: string | null;
  readonly month: string | null;
  readonly reservationId: string | null;
}

function AccountChoice({ account, onChange }: { readonly account: string; readonly onChange: (account: string) => void }): ReactNode {
  const id = useId();
  return (
    <div className="field" data-set={account !== ''}>
      <label htmlFor={id}>Account</label>
      <select id={id} value={account} onChange={({ target }) => onChange(target.value)}>
        <option value="">All accounts</option>
        {Object.entries(ACCOUNTS).map(([name, text]) => <option key={name} value={name}>{text}</option>)}
      </select>
    </div>
  );
}

function Entries({ filter }: { readonly filter: Filter }): ReactNode {
  const query = useAllPages(LEDGER_ENTRIES, filter, entriesOf);
  const [opened, setOpened] = useState<LedgerEntry | null>(null);
  const columns = useMemo(() => columnsOf(setOpened), []);
  return (
    <Loaded query={query} rows={12}>
      {({ nodes, isWhole }) => (
        <>
          <p className="count" role="status">{countText(nodes.length, isWhole)}</p>
          {nodes.length === 0 ? (
            <Nothing isFiltered={Object.values(filter).some((value) => value !== null)} />
          ) : (
            <DataTable caption="Ledger" columns={columns} rows={nodes} keyOf={keyOf} />
          )}
          {opened !== null && <TransactionDialog entry={opened} onClose={() => setOpened(null)} />}
        </>
      )}
    </Loaded>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) return <EmptyState title="No line is like that"><p>Another account, month or reservation may have some.</p></EmptyState>;
  return <EmptyState title="Nothing is booked yet"><p>A top-up, a payment or a delivery posts the first line.</p></EmptyState>;
}

const keyOf = ({ version, line }: LedgerEntry): string => `${version}.${line}`;

function countText(count: number, isWhole: boolean): string {
  const text = `${groupDigits(String(count))} ${count === 1 ? 'line' : 'lines'}, newest first`;
  return isWhole ? text : `${text}, and more: choose a month, or take an export`;
}

function columnsOf(open: (entry: LedgerEntry) => void): readonly Column<LedgerEntry>[] {
  return [
    {
      ...{ id: 'number', title: 'No.', isRowHeader: true },
      sortBy: ({ version, line }) => version * 1_000 + line,
      cell: (entry) => (
        <button type="button" className="row-button" onClick={() => open(entry)} aria-label={`What is behind line ${keyOf(entry)}`}>{keyOf(entry)}</button>
      ),
    },
    { id: 'when', title: 'When', sortBy: ({ postedAt }) => postedAt, cell: ({ postedAt }) => <Time at={postedAt} /> },
    { id: 'what', title: 'What', sortBy: ({ kind }) => kind, cell: ({ kind }) => words(kind) },
    { id: 'account', title: 'Account', sortBy: ({ account }) => account, cell: ({ account }) => <Account account={account} /> },
    { id: 'about', title: 'About', cell: ({ reservationId, orderId }) => aboutText(reservationId, orderId) },
    { id: 'amount', title: 'Amount, USD', isNumber: true, sortBy: ({ amount }) => BigInt(amount), cell: ({ amount }) => <Amount amount={amount} places={6} /> },
    { id: 'balance', title: 'Balance, USD', isNumber: true, cell: ({ balance }) => <Amount amount={balance} places={6} /> },
  ];
}

function aboutText(reservationId: string | null, orderId: string | null): string {
  if (reservationId !== null) return `reservation …${shortId(reservationId)}`;
  return orderId === null ? '' : `bid …${shortId(orderId)}`;
}
