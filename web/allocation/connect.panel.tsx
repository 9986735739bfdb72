import { useState, type ReactNode } from 'react';
import { CREATE_API_KEY } from '../identity/identity.documents.js';
import { CodeTabs } from '../ui/code-tabs.js';
import { MutationButton } from '../ui/mutation-form.js';
import { CopyButton, Time } from '../ui/values.js';
import { inferenceSnippets } from '../docs/snippets.js';

/** From title to the first token: an address, a key, a snippet. */
export function ConnectPanel({
  marketId,
  beginsAt,
  canMakeKeys,
}: {
  readonly marketId: string;
  /** When it is still to come: from then on requests are served. */
  readonly beginsAt: string | null;
  readonly canMakeKeys: boolean;
}): ReactNode {
  const baseUrl = `${location.origin}/v1`;
  const [token, setToken] = useState<string | null>(null);
  return (
    <section className="card" aria-label="Use it">
      <h2 className="card-title">Use it</h2>
      {beginsAt !== null && <p className="notice">Requests are served from <Time at={beginsAt} /> on. All of this can be set up before.</p>}
      <dl className="lines">
        <div><dt>Base URL</dt><dd><code>{baseUrl}</code><CopyButton text={baseUrl} label="Copy the base URL" /></dd></div>
        <div><dt>Model</dt><dd><code>{marketId}</code><CopyButton text={marketId} label="Copy the model" /></dd></div>
        <div>
          <dt>Key</dt>
          <dd>
            {token !== null && <><code className="secret">{token}</code><CopyButton text={token} label="Copy the key" /></>}
            {token === null && (canMakeKeys ? <MakeKey marketId={marketId} onMade={setToken} /> : 'an owner of your organization makes keys')}
          </dd>
        </div>
      </dl>
      {token !== null && <p className="hint">This key is shown once. It may use what you hold and nothing else, for 90 days.</p>}
      <CodeTabs label="Snippets" snippets={inferenceSnippets(baseUrl, marketId)} />
    </section>
  );
}

function MakeKey({ marketId, onMade }: { readonly marketId: string; readonly onMade: (token: string | null) => void }): ReactNode {
  return (
    <MutationButton
      document={CREATE_API_KEY}
      input={{ name: `Inference with ${marketId}`, scopes: ['INFERENCE_USE'], expiresInDays: 90 }}
      className="quiet"
      onAccepted={({ token }) => onMade(token)}
    >
      Make a key
    </MutationButton>
  );
}
