import { useState, type ReactNode } from 'react';
import { CheckField, TextField } from '../ui/field.js';
import { MutationForm } from '../ui/mutation-form.js';
import { CopyButton } from '../ui/values.js';
import { CREATE_API_KEY } from './identity.documents.js';
import { SCOPES } from './roles.js';

/** Makes a key; its secret stands here until one leaves, and nowhere else. */
export function KeyForm(): ReactNode {
  const [token, setToken] = useState<string | null>(null);
  return (
    <section className="card" aria-label="Make a key">
      <h2 className="card-title">Make a key</h2>
      <MutationForm
        document={CREATE_API_KEY}
        read={(form) =>
          form.result({
            ...{ name: form.text('name'), expiresInDays: form.whole('expiresInDays') },
            scopes: SCOPES.map(({ value }) => value).filter((scope) => form.checked(scope)),
          })
        }
        onAccepted={(made) => setToken(made.token)}
        submit="Make the key"
      >
        <div className="columns">
          <TextField {...{ label: 'What it is for', name: 'name', autoComplete: 'off', required: true }} />
          <TextField {...{ label: 'Days until it expires', name: 'expiresInDays', inputMode: 'numeric', defaultValue: '90', required: true }} hint="1 to 365" />
        </div>
        <fieldset>
          <legend>It may</legend>
          <div className="columns">
            {SCOPES.map(({ value, text }, index) => <CheckField key={value} label={text} name={value} defaultChecked={index === 0} />)}
          </div>
        </fieldset>
      </MutationForm>
      {token !== null && (
        <div className="notice" role="status">
          <p>Copy it now: it is shown once, and kept nowhere.</p>
          <p className="shown-once"><code className="secret">{token}</code><CopyButton text={token} label="Copy the key" /></p>
        </div>
      )}
    </section>
  );
}
