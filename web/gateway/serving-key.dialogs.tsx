import { useState, type ReactNode } from 'react';
import { CREATE_API_KEY } from '../identity/identity.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { CopyButton } from '../ui/values.js';
import { REVOKE_SERVING_KEY, type ServingKey } from './gateway.documents.js';

/** Makes a key and shows its secret, once. */
export function CreateKeyDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [token, setToken] = useState<string | null>(null);
  return (
    <Dialog title={token === null ? 'Create a serving key' : 'Copy the secret now'} onClose={onClose}>
      {token === null ? (
        <MutationForm
          document={CREATE_API_KEY}
          read={(form) => form.result({ name: form.text('name'), scopes: ['INFERENCE_USE' as const], expiresInDays: form.whole('expiresInDays') })}
          onAccepted={({ token: made }) => setToken(made ?? '')}
          submit="Create the key"
        >
          <div className="columns">
            <TextField {...{ label: 'What it is for', name: 'name', maxLength: 100, autoComplete: 'off', placeholder: 'Chat backend, production' }} data-begin />
            <TextField {...{ label: 'Expires after (days)', name: 'expiresInDays', inputMode: 'numeric', autoComplete: 'off', defaultValue: '90' }} hint="1 to 365" />
          </div>
        </MutationForm>
      ) : (
        <Secret token={token} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Secret({ token, onClose }: { readonly token: string; readonly onClose: () => void }): ReactNode {
  const baseUrl = `${location.origin}/v1`;
  if (token === '') return <p>The key was made before by the same request, and its secret is not kept. Revoke it and create another.</p>;
  return (
    <>
      <p>It is shown this once and kept nowhere: whoever loses it makes another.</p>
      <p className="secret-line"><code className="secret">{token}</code><CopyButton text={token} label="Copy the secret" /></p>
      <dl className="lines">
        <div><dt>Base URL</dt><dd><code>{baseUrl}</code><CopyButton text={baseUrl} label="Copy the base URL" /></dd></div>
      </dl>
      <div className="buttons"><button type="button" onClick={onClose}>I have copied it</button></div>
    </>
  );
}

/** Asks before it ends a key for good. */
export function RevokeDialog({ apiKey: { keyId, name }, onClose }: { readonly apiKey: ServingKey; readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  return (
    <Dialog title={`Revoke ${name}?`} onClose={onClose}>
      <p>Requests with it are refused from now on, and it cannot be brought back. Those under way end as they would.</p>
      <div className="buttons">
        <MutationButton
          document={REVOKE_SERVING_KEY}
          input={{ keyId }}
          className="danger"
          onAccepted={() => {
            announce(`${name} is revoked`);
            onClose();
          }}
        >
          Revoke the key
        </MutationButton>
        <button type="button" className="quiet" onClick={onClose}>Keep it</button>
      </div>
    </Dialog>
  );
}
