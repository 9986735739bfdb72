import type { ResultOf } from 'gql.tada';
import { useState, type FormEvent, type ReactNode } from 'react';
import { ceilToGrid, type Instant } from '../../src/kernel/time.js';
import type { Issue } from '../api/refusal.documents.js';
import { useAnswer, type OnRequest } from '../api/use-answer.js';
import { useQuery } from '../api/use-query.js';
import { mayProvide } from '../identity/permissions.js';
import { useClock } from '../platform/clock.context.js';
import { POOL_FACTS, type Pool } from '../providers/providers.documents.js';
import type { MemberPageProps } from '../routes.js';
import { SelectField, TextField } from '../ui/field.js';
import { FormReader } from '../ui/form-reader.js';
import { Issues } from '../ui/issues.context.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState, ErrorState, NoPermission, Skeleton } from '../ui/states.js';
import { fieldOf, gridMs } from '../ui/time.js';
import { CurtailmentResult } from './curtailment.result.js';
import { CURTAILMENT_PREVIEW } from './pool.documents.js';

/** Takes capacity back, after one has seen who loses what by it. */
export function CurtailPage({ params, viewer }: MemberPageProps): ReactNode {
  const poolId = params['poolId'] ?? '';
  const query = useQuery(POOL_FACTS, { poolId });
  const clock = useClock();
  if (!mayProvide(viewer)) return <Page title="Take capacity back"><NoPermission>Owners and traders of providers take capacity back.</NoPermission></Page>;
  return (
    <Loaded query={query} rows={8} title="Take capacity back">
      {({ pool }) =>
        pool === null || pool.providerId !== viewer.organization.organizationId ? (
          <Page title="Take capacity back"><EmptyState title="You have no such pool" action={<Link className="button" to="/app/pools">Your pools</Link>} /></Page>
        ) : (
          <Page
            title="Take capacity back"
            lead={<span><Link to={`/app/pools/${encodeURIComponent(poolId)}`}>{pool.name}</Link>, {pool.marketId}. What is not sold goes first, then every holder’s part alike. What they paid for it goes back at once; the penalty of the terms is yours.</span>}
          >
            {clock === null ? <Skeleton rows={8} /> : <Curtail pool={pool} now={clock.now} />}
          </Page>
        )
      }
    </Loaded>
  );
}

const CAUSES = [
  { value: 'OUTAGE', text: 'It cannot be served (outage)' },
  { value: 'RECLAIM', text: 'We want it back (reclaim)' },
] as const;

export type Curtailing = {
  readonly poolId: string;
  readonly window: { readonly start: string; readonly end: string };
  readonly quantity: string;
  readonly cause: 'OUTAGE' | 'RECLAIM';
};

const HOURS = 4;

function Curtail({ pool, now }: { readonly pool: Pool; readonly now: string }): ReactNode {
  const [answer, run] = useAnswer(CURTAILMENT_PREVIEW);
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  // What the preview is of; null once something else is typed: only what was seen can be declared.
  const [asked, setAsked] = useState<Curtailing | null>(null);
  const [initial] = useState(() => initialOf(pool, now));
  const preview = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormReader(new FormData(event.currentTarget));
    const cause = form.text('cause') === 'RECLAIM' ? ('RECLAIM' as const) : ('OUTAGE' as const);
    const read = form.result({ poolId: pool.poolId, window: form.window('window'), quantity: form.quantity('quantity'), cause });
    setIssues(read.ok ? [] : read.error);
    setAsked(read.ok ? read.value : null);
    if (read.ok) void run({ input: read.value });
  };
  const change = (): void => setAsked(null);
  const told = answer.state === 'ready' && asked !== null ? answer.data.answer : null;
  const found = told?.__typename === 'ValidationRejection' ? told.issues : issues;
  return (
    <div className="two-columns even">
      <form className="card" onSubmit={preview} onChange={change} noValidate aria-label="What to take back">
        <h2 className="card-title">What to take back</h2>
        <Issues value={found}><Fields pool={pool} {...initial} /></Issues>
        <button type="submit" aria-disabled={answer.state === 'loading'}>{answer.state === 'loading' ? 'Working it out…' : 'Preview'}</button>
      </form>
      <section className="card" aria-label="What it comes to" aria-live="polite">
        <h2 className="card-title">What it comes to</h2>
        <Told {...{ pool, asked, answer }} onDone={change} />
      </section>
    </div>
  );
}

function Fields({ pool, start, end }: { readonly pool: Pool; readonly start: string; readonly end: string }): ReactNode {
  const step = gridMs(pool.grid) / 1_000;
  return (
    <>
      <SelectField {...{ label: 'Why', name: 'cause', choices: CAUSES }} hint={reclaimHint(pool)} />
      <div className="columns">
        <TextField {...{ label: 'From (UTC)', name: 'window.start', type: 'datetime-local', step, defaultValue: start }} />
        <TextField {...{ label: 'Until (UTC)', name: 'window.end', type: 'datetime-local', step, defaultValue: end }} />
        <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', autoComplete: 'off' }} hint="How much less there is throughout" />
      </div>
    </>
  );
}

function Told({
  pool,
  asked,
  answer,
  onDone,
}: {
  readonly pool: Pool;
  readonly asked: Curtailing | null;
  readonly answer: OnRequest<ResultOf<typeof CURTAILMENT_PREVIEW>>;
  readonly onDone: () => void;
}): ReactNode {
  if (asked === null || answer.state === 'idle') {
    return <p className="quiet-note">Nothing has happened yet. The preview says who loses what, what goes back to them and what you owe; then you can declare it.</p>;
  }
  switch (answer.state) {
    case 'loading':
      return <Skeleton rows={5} />;
    case 'failed':
      return <ErrorState failure={answer.failure} />;
    case 'ready':
      return <CurtailmentResult {...{ pool, asked, onDone }} told={answer.data.answer} />;
  }
}

function reclaimHint({ terms: { curtailment: { reclaimNoticeHours } } }: Pool): string {
  return reclaimNoticeHours === null ? 'Under these terms nothing that was sold is ever reclaimed' : `A reclaim of what was sold needs ${reclaimNoticeHours} h notice; an outage none`;
}

function initialOf({ grid, nameplate }: Pool, now: string): { readonly start: string; readonly end: string } {
  const first = nameplate[0]?.window.start ?? now;
  const start = ceilToGrid(Math.max(Date.parse(first), Date.parse(now)) as Instant, gridMs(grid));
  return { start: fieldOf(start), end: fieldOf(start + HOURS * gridMs(grid)) };
}
