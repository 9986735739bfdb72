import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useSession } from '../identity/session.context.js';
import { shortId, tokensPerSecond, utc, utcWindow } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { CHAIN_OF_TITLE, type ChainLink } from './allocation.documents.js';

/** How title came here, the provider's sale first. Asked for once somebody looks. */
export function ChainOfTitle({ reservationId }: { readonly reservationId: string }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const query = useQuery(CHAIN_OF_TITLE, isOpen ? { reservationId } : null);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Chain of title</summary>
      {isOpen && (
        <Loaded query={query}>
          {({ chainOfTitle: links }) => (
            <ol className="chain" start={0}>
              {(links ?? []).map((link) => <Link key={link.reservationId} link={link} />)}
            </ol>
          )}
        </Loaded>
      )}
    </details>
  );
}

function Link({ link: { hop, fromId, toId, quantity, window, movedAt, event, nameplate } }: { readonly link: ChainLink }): ReactNode {
  return (
    <li>
      {nameplate !== null && (
        <span className="quiet-note">{`From the pool’s nameplate, in the market since ${utc(nameplate.openedAt)} UTC${eventText(nameplate.event)}. `}</span>
      )}
      <span>{hop === 0 ? 'Sold by the provider' : `Resold, hop ${hop}`}: </span>
      <Party id={fromId} /> to <Party id={toId} />
      <span className="quiet-note">
        {`${tokensPerSecond(quantity)}, ${utcWindow(window)}; ${utc(movedAt)} UTC${eventText(event)}`}
      </span>
    </li>
  );
}

/** The first of its hash is enough to tell events apart. */
const HASH_SHOWN = 12;
const eventText = (event: ChainLink['event']): string =>
  event === null ? '' : `, event ${event.version} (${event.hash.slice(0, HASH_SHOWN)}…)`;

function Party({ id }: { readonly id: string }): ReactNode {
  const session = useSession();
  const isYou = session.state === 'signed-in' && session.viewer.organization.organizationId === id;
  return <strong>{isYou ? 'you' : `organization …${shortId(id)}`}</strong>;
}
