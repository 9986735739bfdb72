import { useState, type ReactNode } from 'react';
import { CheckField, TextField } from '../ui/field.js';
import { MutationForm } from '../ui/mutation-form.js';
import { CopyButton } from '../ui/values.js';
import { CREATE_WEBHOOK_ENDPOINT } from './webhook.documents.js';
import { WEBHOOK_KINDS } from './webhook.kinds.js';

/** Registers an endpoint; its secret stands here until one leaves, and nowhere else. */
export function WebhookForm(): ReactNode {
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <section className="card" aria-label="Add an endpoint">
      <h2 className="card-title">Add an endpoint</h2>
      <MutationForm
        document={CREATE_WEBHOOK_ENDPOINT}
        read={(form) =>
          form.result({
            ...{ url: form.text('url'), description: form.text('description') },
            kinds: WEBHOOK_KINDS.map(({ value }) => value).filter((kind) => form.checked(kind)),
          })
        }
        onAccepted={(made) => setSecret(made.secret)}
        submit="Add the endpoint"
      >
        <div className="columns">
          <TextField {...{ label: 'URL', name: 'url', autoComplete: 'off', inputMode: 'url', required: true }} hint="https, a public host and a path" />
          <TextField {...{ label: 'What it is for', name: 'description', autoComplete: 'off' }} hint="For you to tell it apart" />
        </div>
        <fieldset>
          <legend>It is told of</legend>
          <div className="columns">
            {WEBHOOK_KINDS.map(({ value, text }, index) => <CheckField key={value} label={text} name={value} defaultChecked={index === 0} />)}
          </div>
        </fieldset>
      </MutationForm>
      {secret !== null && <SecretOnce secret={secret} />}
    </section>
  );
}

/** What is seen once. */
export function SecretOnce({ secret }: { readonly secret: string }): ReactNode {
  return (
    <div className="notice" role="status">
      <p>This signs what is sent. Copy it now: it is shown once.</p>
      <p className="shown-once"><code className="secret">{secret}</code><CopyButton text={secret} label="Copy the secret" /></p>
    </div>
  );
}
