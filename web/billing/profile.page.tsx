import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { FinanceShell } from './finance.shell.js';
import { BILLING_PROFILE, SET_BILLING_PROFILE, type BillingProfile } from './profile.documents.js';

const NOTHING = {};
const BLANK: BillingProfile = {
  ...{ legalName: '', street: '', postalCode: '', city: '', country: '' },
  ...{ taxId: null, email: '', locale: 'en-US' },
};
/** Not asked again by itself: what is typed stands. */
const ONCE = { everyMs: null };

/** Who is billed, as documents say it from then on. */
export function ProfilePage({ viewer }: MemberPageProps): ReactNode {
  const query = useQuery(BILLING_PROFILE, NOTHING, ONCE);
  return (
    <FinanceShell viewer={viewer} title="Billing profile" lead="Documents that are issued from now on say this; those that were issued keep what they say.">
      <Loaded query={query} rows={9}>{({ billingProfile }) => <ProfileForm profile={billingProfile} />}</Loaded>
    </FinanceShell>
  );
}

function ProfileForm({ profile }: { readonly profile: BillingProfile | null }): ReactNode {
  const announce = useAnnounce();
  const known = profile ?? BLANK;
  return (
    <section className="card" aria-label="Who is billed">
      {profile === null && <p className="notice">There is none yet: invoices carry your organization’s name alone, and no e-invoice can be made.</p>}
      <MutationForm
        document={SET_BILLING_PROFILE}
        read={(form) =>
          form.result({
            ...{ legalName: form.text('legalName'), street: form.text('street'), postalCode: form.text('postalCode') },
            ...{ city: form.text('city'), country: form.text('country').toUpperCase(), email: form.text('email') },
            ...{ locale: form.text('locale'), taxId: form.optional('taxId', (field) => form.text(field)) },
          })
        }
        onAccepted={({ profile: saved }) => announce(`${saved.legalName} is billed from now on`)}
        submit="Save the profile"
      >
        <TextField {...{ label: 'Registered name', name: 'legalName', autoComplete: 'organization', defaultValue: known.legalName, required: true }} />
        <TextField {...{ label: 'Street and number', name: 'street', autoComplete: 'street-address', defaultValue: known.street, required: true }} />
        <div className="columns">
          <TextField {...{ label: 'Postal code', name: 'postalCode', autoComplete: 'postal-code', defaultValue: known.postalCode, required: true }} />
          <TextField {...{ label: 'City', name: 'city', autoComplete: 'address-level2', defaultValue: known.city, required: true }} />
          <TextField {...{ label: 'Country', name: 'country', autoComplete: 'country', maxLength: 2, defaultValue: known.country, required: true }} hint="Two letters, such as DE" />
        </div>
        <div className="columns">
          <TextField {...{ label: 'Tax number', name: 'taxId', autoComplete: 'off', defaultValue: known.taxId ?? '' }} hint="VAT identifier, if you have one" />
          <TextField {...{ label: 'Bills go to', name: 'email', type: 'email', autoComplete: 'email', defaultValue: known.email, required: true }} hint="An e-mail address" />
          <TextField {...{ label: 'Language', name: 'locale', autoComplete: 'off', defaultValue: known.locale, required: true }} hint="en, de or fr with a country, such as de-DE" />
        </div>
      </MutationForm>
    </section>
  );
}
