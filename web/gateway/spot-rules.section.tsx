import { useState, type ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayBuy } from '../identity/permissions.js';
import { usePools } from '../providers/use-pools.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Money, Rate } from '../ui/values.js';
import { REMOVE_SPOT_RULE, SET_SPOT_RULE, SPOT_PURCHASES, SPOT_RULES, type SpotRule } from './gateway.documents.js';
import { SpotPurchases } from './spot-purchases.table.js';

const NOTHING = {};
const rulesOf = ({ spotRules }: { readonly spotRules: Connection<SpotRule> }): Connection<SpotRule> => spotRules;

/** Up to which price the gateway may buy when a request finds no room, and what it bought. */
export function SpotRules({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const rules = useAllPages(SPOT_RULES, NOTHING, rulesOf);
  const purchases = useQuery(SPOT_PURCHASES, NOTHING);
  const [isOpen, setOpen] = useState(false);
  const mayEdit = mayBuy(viewer);
  return (
    <section className="section" aria-labelledby="spot">
      <div className="card-head spread">
        <h2 id="spot">Buying when there is no room</h2>
        {mayEdit && <button type="button" className="quiet" onClick={() => setOpen(true)}>Set a rule…</button>}
      </div>
      <Loaded query={allOf({ rules, purchases })} rows={4}>
        {({ rules: { nodes }, purchases: { spotPurchases: { edges, pageInfo } } }) => (
          <>
            {nodes.length === 0 ? (
              <EmptyState title="Nothing is bought by itself"><p>With a rule, the gateway buys the running hour at your limit when a request finds no room in what you hold.</p></EmptyState>
            ) : (
              <ul className="plain-list">{nodes.map((rule) => <li key={rule.marketId}><Rule rule={rule} mayEdit={mayEdit} /></li>)}</ul>
            )}
            {nodes.length + edges.length > 0 && <SpotPurchases purchases={edges.map(({ node }) => node)} hasMore={pageInfo.hasNextPage} />}
          </>
        )}
      </Loaded>
      {isOpen && <RuleDialog onClose={() => setOpen(false)} />}
    </section>
  );
}

function Rule({ rule: { marketId, quantity, priceMax, spendPerDayMax }, mayEdit }: { readonly rule: SpotRule; readonly mayEdit: boolean }): ReactNode {
  const announce = useAnnounce();
  return (
    <>
      <span className="market-name">{marketId}</span>
      <span className="grow"><Rate quantity={quantity} /> at a time, at most <Money amount={priceMax} /> per token/s and hour, <Money amount={spendPerDayMax} /> a UTC day</span>
      {mayEdit && (
        <MutationButton document={REMOVE_SPOT_RULE} input={{ marketId }} className="quiet" onAccepted={() => announce('Removed: nothing more is bought by itself')}>
          Remove<span className="visually-hidden">{` the rule of ${marketId}`}</span>
        </MutationButton>
      )}
    </>
  );
}

function RuleDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  const pools = usePools();
  const markets = [...new Set([...pools.values()].map(({ marketId }) => marketId))].sort();
  return (
    <Dialog title="Buy when there is no room" onClose={onClose}>
      <MutationForm
        document={SET_SPOT_RULE}
        read={(form) =>
          form.result({
            marketId: form.text('marketId'),
            quantity: form.quantity('quantity'),
            ...{ priceMax: form.usd('priceMax'), spendPerDayMax: form.usd('spendPerDayMax') },
          })
        }
        onAccepted={({ rule }) => {
          announce(`Set for ${rule.marketId}`);
          onClose();
        }}
        submit="Set the rule"
      >
        <TextField {...{ label: 'Market', name: 'marketId', list: 'spot-markets', autoComplete: 'off', placeholder: 'llama-3.3-70b@fp8' }} />
        <datalist id="spot-markets">{markets.map((one) => <option key={one} value={one} />)}</datalist>
        <div className="columns">
          <TextField {...{ label: 'Tokens/s at a time', name: 'quantity', inputMode: 'numeric', autoComplete: 'off' }} />
          <TextField {...{ label: 'At most (USD per token/s and hour)', name: 'priceMax', inputMode: 'decimal', autoComplete: 'off' }} />
          <TextField {...{ label: 'At most in a UTC day (USD)', name: 'spendPerDayMax', inputMode: 'decimal', autoComplete: 'off' }} />
        </div>
      </MutationForm>
    </Dialog>
  );
}
