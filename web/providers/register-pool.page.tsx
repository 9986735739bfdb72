import type { ReactNode } from 'react';
import { ceilToGrid, DAY_MS, type Instant } from '../../src/kernel/time.js';
import { useQuery } from '../api/use-query.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { goTo } from '../ui/router.js';
import { fieldOf } from '../ui/time.js';
import { CapacityFields, DeploymentFields, PromiseFields, ServingFields } from './pool.fields.js';
import { readPool } from './pool.reading.js';
import { PLATFORMS, REGISTER_POOL } from './providers.documents.js';
import { TermsFields } from './terms.fields.js';

const NOTHING = {};
const DAYS_AHEAD = 30;

/** Tells the exchange of one deployment: what it is, what it promises, and under which terms. */
export function RegisterPoolPage(): ReactNode {
  const announce = useAnnounce();
  const clock = useClock();
  const query = useQuery(PLATFORMS, NOTHING);
  return (
    <Page title="Register a pool" lead="One deployment of one model, at one quantization, on one platform in one region.">
      <Loaded query={query}>
        {({ platforms }) => clock !== null && (
          <MutationForm
            document={REGISTER_POOL}
            read={readPool}
            onAccepted={({ pool }) => {
              announce(`${pool.name} is registered: list some of its capacity`);
              goTo('/app/pools');
            }}
            submit="Register the pool"
          >
            <DeploymentFields platforms={platforms} />
            <CapacityFields {...capacityFrom(clock.now)} />
            <ServingFields />
            <PromiseFields />
            <TermsFields />
          </MutationForm>
        )}
      </Loaded>
    </Page>
  );
}

/** From the next midnight on, for some weeks. */
function capacityFrom(now: string): { readonly start: string; readonly end: string } {
  const start = ceilToGrid(Date.parse(now) as Instant, DAY_MS);
  return { start: fieldOf(start), end: fieldOf(start + DAYS_AHEAD * DAY_MS) };
}
