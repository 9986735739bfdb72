import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { FinanceShell } from './finance.shell.js';
import { BILLING_PROFILE, SET_BILLING_PROFILE } from './profile.documents.js';
import { ProfileForm, type ProfileWords } from './profile.form.js';

const NOTHING = {};
/** Not asked again by itself: what is typed stands. */
const ONCE = { everyMs: null };

const WORDS: ProfileWords = {
  label: 'Who is billed',
  missing: 'There is none yet: invoices carry your organization’s name alone, and no e-invoice can be made.',
  taxId: 'VAT identifier, if you have one',
  email: 'Bills go to',
  locale: 'en, de or fr with a country, such as de-DE',
  saved: 'is billed from now on',
};

/** Who is billed, as documents say it from then on. */
export function ProfilePage({ viewer }: MemberPageProps): ReactNode {
  const query = useQuery(BILLING_PROFILE, NOTHING, ONCE);
  return (
    <FinanceShell viewer={viewer} title="Billing profile" lead="Documents that are issued from now on say this; those that were issued keep what they say.">
      <Loaded query={query} rows={9}>
        {({ billingProfile }) => <ProfileForm profile={billingProfile} document={SET_BILLING_PROFILE} words={WORDS} />}
      </Loaded>
    </FinanceShell>
  );
}
