import { useId, type ReactNode } from 'react';
import type { UsageHour } from '../metering/metering.documents.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { groupDigits, percent } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Amount, Money, Time } from '../ui/values.js';
import { useHours } from './use-hours.js';
import { shareOf, useInAll } from './use-of.js';

const whole = (tokens: string): string => groupDigits(Math.round(Number(tokens)).toString());
const said = (share: number | null): string => (share === null ? '—' : percent(share));

const COLUMNS: readonly Column<UsageHour>[] = [
  {
    ...{ id: 'hour', title: 'Hour', isRowHeader: true },
    sortBy: ({ hour }) => hour,
    cell: ({ hour }) => <Time at={hour} />,
  },
  {
    ...{ id: 'used', title: 'Used, weighted tokens', isNumber: true },
    sortBy: ({ weightedTokens }) => Number(weightedTokens),
    cell: ({ weightedTokens }) => whole(weightedTokens),
  },
  {
    ...{ id: 'held', title: 'Held', isNumber: true },
    sortBy: ({ entitledTokens }) => Number(entitledTokens),
    cell: ({ entitledTokens }) => whole(entitledTokens),
  },
  {
    ...{ id: 'share', title: 'Share', isNumber: true },
    sortBy: (hour) => shareOf(hour) ?? -1,
    cell: (hour) => said(shareOf(hour)),
  },
  {
    ...{ id: 'overage', title: 'Overage, USD', isNumber: true },
    sortBy: ({ overageAmount }) => BigInt(overageAmount),
    cell: ({ overageAmount }) => <Amount amount={overageAmount} places={6} />,
  },
];

/** What was used of what is held, by the hour. */
export function UsePanel({ reservationId }: { readonly reservationId: string }): ReactNode {
  const title = useId();
  const query = useHours(reservationId);
  return (
    <section className="section" aria-labelledby={title}>
      <h2 id={title}>Use against what is held</h2>
      <Loaded query={query}>{({ nodes }) => (nodes.length === 0 ? <Unused /> : <Used hours={nodes} />)}</Loaded>
    </section>
  );
}

function Unused(): ReactNode {
  return <p className="quiet-note">No use was measured yet. It is counted by the hour, of what goes through the gateway or is reported.</p>;
}

function Used({ hours }: { readonly hours: readonly UsageHour[] }): ReactNode {
  const { share, overageAmount, hours: count } = useInAll(hours);
  return (
    <>
      <dl className="facts strip">
        <div><dt>Used of what was held</dt><dd>{said(share)}</dd></div>
        <div><dt>Hours with use</dt><dd>{groupDigits(String(count))}</dd></div>
        <div><dt>Overage</dt><dd><Money amount={overageAmount} /></dd></div>
      </dl>
      <DataTable caption="Use by hour" columns={COLUMNS} rows={hours} keyOf={keyOf} />
    </>
  );
}

const keyOf = ({ hour }: UsageHour): string => hour;
