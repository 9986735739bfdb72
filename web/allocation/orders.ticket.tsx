import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { WALLET } from '../billing/billing.documents.js';
import { Field } from '../ui/field.js';
import { issueSaid, sentence } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Money } from '../ui/values.js';
import { PLACE_ORDERS, type ListedResult } from './order.documents.js';
import { COLUMNS_OF_A_LINE, EXAMPLE_LINE, LINES_FIELD, readLines, type OrderLine } from './order.lines.js';
import { outcomeOf } from './order.outcome.js';
import { worthOf } from './trade.js';

const NOTHING = {};
const NONE: readonly Answered[] = [];

interface Answered extends OrderLine {
  readonly result: ListedResult;
}

/** Several bids at once, one a line: each is looked at by itself. What was refused stays in the field, to be mended and sent again. */
export function OrdersTicket({ marketId }: { readonly marketId: string }): ReactNode {
  const [text, setText] = useState('');
  const [answered, setAnswered] = useState(NONE);
  const read = readLines(text, marketId);
  return (
    <>
      <MutationForm
        document={PLACE_ORDERS}
        read={() => (read.ok ? { ok: true, value: { orders: read.value.map(({ order }) => order) } } : read)}
        {...(text.trim() === '' || read.ok ? {} : { found: read.error })}
        onAccepted={({ results }) => {
          const now = read.ok ? read.value.flatMap((line, index) => results.slice(index, index + 1).map((result) => ({ ...line, result }))) : NONE;
          setAnswered(now);
          setText(now.filter(({ result }) => result.__typename !== 'PlaceOrderSuccess').map((line) => line.text).join('\n'));
        }}
        submit={read.ok && read.value.length > 1 ? `Place ${read.value.length} bids` : 'Place the bids'}
      >
        <Field label="Bids, one a line" name={LINES_FIELD} hint={`${COLUMNS_OF_A_LINE}; times in UTC. Such as: ${EXAMPLE_LINE}`}>
          {(wiring) => <textarea {...wiring} rows={6} spellCheck={false} autoComplete="off" value={text} onChange={({ target }) => setText(target.value)} />}
        </Field>
        <Worth lines={read.ok ? read.value : []} />
      </MutationForm>
      <Results answered={answered} />
    </>
  );
}

function Worth({ lines }: { readonly lines: readonly OrderLine[] }): ReactNode {
  const wallet = useQuery(WALLET, NOTHING);
  const total = lines.reduce((sum, { order: { window, quantity, limitPrice } }) => sum + worthOf(window, BigInt(quantity), BigInt(limitPrice)), 0n);
  return (
    <dl className="lines" aria-live="polite">
      <div><dt>Set aside at most, by all of them</dt><dd>{lines.length === 0 ? '—' : <Money amount={total} />}</dd></div>
      <div><dt>In the wallet</dt><dd>{wallet.state === 'ready' ? <Money amount={wallet.data.wallet.balance} /> : '…'}</dd></div>
    </dl>
  );
}

/** What became of each, with the line as it was sent. */
function Results({ answered }: { readonly answered: readonly Answered[] }): ReactNode {
  if (answered.length === 0) return null;
  const placed = answered.filter(({ result }) => result.__typename === 'PlaceOrderSuccess').length;
  return (
    <section aria-label="What became of them">
      <p role="status">{`${placed} of ${answered.length} placed${placed < answered.length ? '; what was refused is in the field above' : ''}`}</p>
      <ol>
        {answered.map(({ number, text, result }) => (
          <li key={number}>
            <code className="long-name">{text}</code>
            <p className={result.__typename === 'PlaceOrderSuccess' ? 'quiet-note' : 'issue'}>{saidOf(result)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function saidOf(result: ListedResult): string {
  if (result.__typename === 'PlaceOrderSuccess') return outcomeOf(result.order);
  if (result.__typename === 'ValidationRejection') return result.issues.map((issue) => `${issue.field} ${issueSaid(issue)}`).join('; ');
  return sentence(result.message);
}
