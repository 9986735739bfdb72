import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { EXCHANGE_PROFILE, SET_EXCHANGE_PROFILE } from '../billing/profile.documents.js';
import { ProfileForm, type ProfileWords } from '../billing/profile.form.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { AdminShell } from './admin.shell.js';

const NOTHING = {};
/** Not asked again by itself: what is typed stands. */
const ONCE = { everyMs: null };

const WORDS: ProfileWords = {
  label: 'Whom invoices are from',
  missing: 'There is none yet: invoices carry the exchange’s name alone, and no customer can have an e-invoice made.',
  taxId: 'VAT identifier; an e-invoice with tax needs one',
  email: 'Questions go to',
  locale: 'en, de or fr with a country; documents are in the customer’s',
  saved: 'issues invoices from now on',
};

/** Who runs the exchange, as every invoice says it from then on. */
export function ExchangeProfilePage({ viewer }: MemberPageProps): ReactNode {
  return (
    <AdminShell viewer={viewer} title="Exchange profile" lead="Every invoice is from whoever stands here. Those that are issued from now on say this; those that were issued keep what they say.">
      <Profile />
    </AdminShell>
  );
}

function Profile(): ReactNode {
  const query = useQuery(EXCHANGE_PROFILE, NOTHING, ONCE);
  return (
    <Loaded query={query} rows={9}>
      {({ exchangeProfile }) => <ProfileForm profile={exchangeProfile} document={SET_EXCHANGE_PROFILE} words={WORDS} />}
    </Loaded>
  );
}
