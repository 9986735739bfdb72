import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { MutationForm } from '../ui/mutation-form.js';
import type { BillingProfile, SetProfile } from './profile.documents.js';

const BLANK: BillingProfile = {
  ...{ legalName: '', street: '', postalCode: '', city: '', country: '' },
  ...{ taxId: null, email: '', locale: 'en-US' },
};

/** What is said of one side of a document, in words of that side. */
export interface ProfileWords {
  readonly label: string;
  /** What it means that nobody has said it yet. */
  readonly missing: string;
  readonly taxId: string;
  readonly email: string;
  readonly locale: string;
  /** Once it counts, after the name. */
  readonly saved: string;
}

/** Who one side of a document is: of a customer, or of who runs the exchange. */
export function ProfileForm({
  profile,
  document,
  words,
}: {
  readonly profile: BillingProfile | null;
  readonly document: SetProfile;
  readonly words: ProfileWords;
}): ReactNode {
  const announce = useAnnounce();
  const known = profile ?? BLANK;
  return (
    <section className="card" aria-label={words.label}>
      {profile === null && <p className="notice">{words.missing}</p>}
      <MutationForm
        document={document}
        read={(form) =>
          form.result({
            ...{ legalName: form.text('legalName'), street: form.text('street'), postalCode: form.text('postalCode') },
            ...{ city: form.text('city'), country: form.text('country').toUpperCase(), email: form.text('email') },
            ...{ locale: form.text('locale'), taxId: form.optional('taxId', (field) => form.text(field)) },
          })
        }
        onAccepted={({ profile: saved }) => announce(`${saved.legalName} ${words.saved}`)}
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
          <TextField {...{ label: 'Tax number', name: 'taxId', autoComplete: 'off', defaultValue: known.taxId ?? '' }} hint={words.taxId} />
          <TextField {...{ label: words.email, name: 'email', type: 'email', autoComplete: 'email', defaultValue: known.email, required: true }} hint="An e-mail address" />
          <TextField {...{ label: 'Language', name: 'locale', autoComplete: 'off', defaultValue: known.locale, required: true }} hint={words.locale} />
        </div>
      </MutationForm>
    </section>
  );
}
