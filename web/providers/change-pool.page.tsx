import type { ReactNode } from 'react';
import { ceilToGrid, DAY_MS, type Instant } from '../../src/kernel/time.js';
import type { Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import type { MutationDocument } from '../api/use-mutation.js';
import { useQuery } from '../api/use-query.js';
import { mayProvide } from '../identity/permissions.js';
import { useClock } from '../platform/clock.context.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import type { FormReader } from '../ui/form-reader.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { EmptyState, NoPermission } from '../ui/states.js';
import { fieldOf, gridMs } from '../ui/time.js';
import { CHANGE_ENDPOINT, CHANGE_PROFILE, CHANGE_TERMS, EXTEND_POOL } from './change-pool.documents.js';
import { Part } from './field.parts.js';
import { EndpointFields, SegmentFields, ServingFields, type CapacityFrom } from './pool.fields.js';
import { readEndpoint, readProfile, readSegment, readTerms } from './pool.reading.js';
import { POOL_TO_CHANGE, type Pool } from './providers.documents.js';
import { TermsFields } from './terms.fields.js';

const TITLE = 'Change a pool';
const DAYS_MORE = 30;

/** What of a pool may change: more of it, how it serves, under which terms it is sold, and where its requests go. */
export function ChangePoolPage({ params, viewer }: MemberPageProps): ReactNode {
  const poolId = params['poolId'] ?? '';
  const query = useQuery(POOL_TO_CHANGE, { poolId });
  const clock = useClock();
  if (!mayProvide(viewer)) return <Page title={TITLE}><NoPermission>Owners and traders of providers change pools.</NoPermission></Page>;
  return (
    <Loaded query={query} rows={14} title={TITLE}>
      {({ pool }) => {
        const url = pool?.endpoint?.url;
        if (pool === null || url === undefined) {
          return <Page title={TITLE}><EmptyState title="You have no such pool" action={<Link className="button" to="/app/pools">Your pools</Link>} /></Page>;
        }
        return (
          <Page title={TITLE} lead={<span><Link to={pathOf(poolId)}>{pool.name}</Link>, {pool.marketId}. Each part is changed by itself. Model, quantization, platform, region, promise, grid and lots stay what they are: register another pool for others.</span>}>
            {clock !== null && <MoreCapacity poolId={poolId} from={capacityAfter(pool, clock.now)} />}
            <Profile pool={pool} />
            <Terms pool={pool} />
            <Where pool={pool} url={url} hasCredential={pool.endpoint?.hasCredential === true} />
          </Page>
        );
      }}
    </Loaded>
  );
}

const pathOf = (poolId: string): string => `/app/pools/${encodeURIComponent(poolId)}`;

/** From the end of what is registered on, or from now, as much as there is at its end. */
function capacityAfter({ nameplate, grid }: Pool, now: string): Required<CapacityFrom> {
  const last = nameplate.at(-1);
  const begin = Math.max(Date.parse(now), Date.parse(last?.window.end ?? now));
  const start = ceilToGrid(begin as Instant, gridMs(grid));
  return { start: fieldOf(start), end: fieldOf(start + DAYS_MORE * DAY_MS), quantity: last?.quantity ?? '' };
}

function MoreCapacity({ poolId, from }: { readonly poolId: string; readonly from: Required<CapacityFrom> }): ReactNode {
  return (
    <Change
      poolId={poolId}
      document={EXTEND_POOL}
      read={(form) => form.result({ poolId, added: [readSegment(form, 'added.0')] })}
      said="Capacity is added: list it to sell it"
      title="More capacity"
      lead="It comes on top of what is registered for the same time. What fails, or what you want back, has a page of its own."
      submit="Add the capacity"
    >
      <Part title="What is added">
        <SegmentFields name="added.0" {...from} />
      </Part>
    </Change>
  );
}

function Profile({ pool: { poolId, profile, profileVersion } }: { readonly pool: Pool }): ReactNode {
  return (
    <Change
      poolId={poolId}
      document={CHANGE_PROFILE}
      read={(form) => form.result({ poolId, profile: readProfile(form) })}
      said="The pool has another serving profile"
      title="How it serves"
      lead={`This is version ${profileVersion}. What was measured belongs to it: under another one the pool has no evidence until it was measured again, and bids that insist on some pass it by. What is sold keeps the weights it was sold with.`}
      submit="Change the profile"
    >
      <ServingFields profile={profile} />
    </Change>
  );
}

function Terms({ pool: { poolId, terms } }: { readonly pool: Pool }): ReactNode {
  return (
    <Change
      poolId={poolId}
      document={CHANGE_TERMS}
      read={(form) => form.result({ poolId, terms: readTerms(form) })}
      said="What is sold from now on is sold under other terms"
      title="What it is sold under"
      lead="For what is sold from now on. What was sold keeps the terms it was sold under, and so does what is resold of it."
      submit="Change the terms"
    >
      <TermsFields terms={terms} />
    </Change>
  );
}

function Where({ pool: { poolId }, url, hasCredential }: { readonly pool: Pool; readonly url: string; readonly hasCredential: boolean }): ReactNode {
  return (
    <Change
      poolId={poolId}
      document={CHANGE_ENDPOINT}
      read={(form) => form.result({ poolId, endpoint: readEndpoint(form) })}
      said="Requests go to the new endpoint"
      title="Where requests go"
      lead={hasCredential ? 'A credential is kept for this endpoint. It is forgotten with this change: give it again, or another one.' : 'No credential is kept for this endpoint.'}
      submit="Change the endpoint"
    >
      <Part title="Endpoint">
        <EndpointFields url={url} />
      </Part>
    </Change>
  );
}

function Change<Input, Answer extends object>({ poolId, title, lead, said, ...form }: {
  readonly poolId: string;
  readonly title: string;
  readonly lead: string;
  readonly document: MutationDocument<Input, Answer>;
  readonly read: (form: FormReader) => Result<Input, readonly Issue[]>;
  readonly said: string;
  readonly submit: string;
  readonly children: ReactNode;
}): ReactNode {
  const announce = useAnnounce();
  return (
    <section className="section" aria-label={title}>
      <h2>{title}</h2>
      <p>{lead}</p>
      <MutationForm
        {...form}
        onAccepted={() => {
          announce(said);
          goTo(pathOf(poolId));
        }}
      />
    </section>
  );
}
