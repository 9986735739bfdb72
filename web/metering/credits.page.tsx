import type { ReactNode } from 'react';
import type { MemberPageProps } from '../routes.js';
import { Page } from '../ui/page.js';
import { CountDisputesSection } from './count-disputes.section.js';
import { CreditList } from './credit.list.js';
import { ServingTabs } from './serving.tabs.js';

/** What came back because a promise was missed, and where counts differ. */
export function CreditsPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <Page title="Credits and disputes" lead="A promise that is missed pays by itself. Each credit has its evidence, and the formula it was sold under.">
      <ServingTabs />
      <section className="section first" aria-labelledby="credits">
        <h2 id="credits">Credits you received</h2>
        <CreditList side="RECEIVED" viewer={viewer}>
          <CountDisputesSection viewer={viewer} />
        </CreditList>
      </section>
    </Page>
  );
}
