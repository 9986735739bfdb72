import type { ReactNode } from 'react';
import { mayKeepBooks } from '../identity/permissions.js';
import { CountDisputesSection } from '../metering/count-disputes.section.js';
import { CreditList } from '../metering/credit.list.js';
import type { MemberPageProps } from '../routes.js';
import { Page } from '../ui/page.js';
import { NoPermission } from '../ui/states.js';
import { StatementsSection } from './statements.section.js';

/** What a provider gave back and why, and what the months came to. */
export function ProvidedPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <Page title="Statements" lead="What you gave back for hours that missed their promise, each with its reason and evidence, and what every month came to.">
      <section className="section first" aria-labelledby="given">
        <h2 id="given">Credits you gave</h2>
        <CreditList side="GIVEN" viewer={viewer}>
          <CountDisputesSection viewer={viewer}>
            {mayKeepBooks(viewer) ? <StatementsSection /> : <NoPermission>Statements are for owners and whoever keeps the books.</NoPermission>}
          </CountDisputesSection>
        </CreditList>
      </section>
    </Page>
  );
}
