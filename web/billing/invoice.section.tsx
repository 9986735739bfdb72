import { useId, useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { shortId, usd, utc, utcWindow, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { INVOICE, ISSUE_INVOICE, type Invoice } from './billing.documents.js';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** What a month cost and brought, as a draft until it is closed; a file for controllers. */
export function InvoiceSection(): ReactNode {
  const id = useId();
  const running = useClock()?.now.slice(0, 7) ?? '';
  const [chosen, setChosen] = useState<string | null>(null);
  const month = chosen ?? running;
  const isMonth = MONTH.test(month);
  const query = useQuery(INVOICE, isMonth ? { month } : null);
  return (
    <section className="card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Invoice</h2>
      <div className="field">
        <label htmlFor={id}>Month (UTC)</label>
        <input id={id} type="month" value={month} onChange={({ target }) => setChosen(target.value)} />
      </div>
      {isMonth && (
        <Loaded query={query}>
          {({ invoice }) => <InvoiceOf invoice={invoice} isOver={month < running} />}
        </Loaded>
      )}
    </section>
  );
}

function InvoiceOf({
  invoice,
  isOver,
}: {
  readonly invoice: Invoice;
  readonly isOver: boolean;
}): ReactNode {
  const announce = useAnnounce();
  const { number, month, charges, credits, issuedAt, lines } = invoice;
  return (
    <>
      <p>
        {issuedAt === null
          ? 'A draft of what is booked until now.'
          : `Invoice ${number}, issued ${utc(issuedAt)} UTC: it never changes.`}
        {` Charges ${usd(charges)}, credits ${usd(credits)}.`}
      </p>
      {lines.length > 0 && <InvoiceLines lines={lines} />}
      <div className="buttons">
        <a href={`/exports/invoice.csv?month=${month}`} download>{`CSV of ${month}`}</a>
        {isOver && number === null && (
          <MutationButton
            document={ISSUE_INVOICE}
            input={{ month }}
            className="quiet"
            onAccepted={(issued) => announce(`Invoice ${issued.number} is issued`)}
          >
            Close the month
          </MutationButton>
        )}
      </div>
    </>
  );
}

function InvoiceLines({ lines }: { readonly lines: Invoice['lines'] }): ReactNode {
  return (
    <table className="stacked">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Reservation</th>
          <th scope="col">Served</th>
          <th scope="col" className="number">Amount</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ kind, reservationId, served, postedAt, amount }, index) => (
          <tr key={`${postedAt}-${index}`}>
            <td data-label="What">{words(kind)}</td>
            <td data-label="Reservation">{`…${shortId(reservationId)}`}</td>
            <td data-label="Served">{served === null ? '' : servedText(served)}</td>
            <td data-label="Amount" className="number">{usd(amount)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function servedText({ start, end }: NonNullable<Invoice['lines'][number]['served']>): string {
  return end === null ? `hour of ${utc(start)} UTC` : utcWindow({ start, end });
}
