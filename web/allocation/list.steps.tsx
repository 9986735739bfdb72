import type { ReactNode } from 'react';
import { useEvidence } from '../providers/use-pools.js';
import { Evidence } from '../providers/evidence.js';
import { PoolFacts } from '../providers/pool.facts.js';
import type { Pool } from '../providers/providers.documents.js';
import { CheckField, TextField } from '../ui/field.js';
import { groupDigits, usd, usdRounded, utcWindow } from '../ui/format.js';
import type { Segment } from '../ui/segment.js';
import { Segments } from '../ui/segments.js';
import { gridMs, instantOf } from '../ui/time.js';
import { Money, Rate, Span } from '../ui/values.js';
import type { ListingDraft } from './list.draft.js';
import { MarketName } from './market.strip.js';
import { perMillionTokens, totalOf, unitPriceOf } from './trade.js';

interface Shown {
  readonly pool: Pool;
  readonly free: readonly Segment[];
  readonly draft: ListingDraft;
  readonly change: (changes: Partial<ListingDraft>) => void;
}

export function OfferStep({ pool, free, draft, change }: Shown): ReactNode {
  const step = gridMs(pool.grid) / 1_000;
  return (
    <>
      <p className="quiet-note">{free.length === 0 ? 'All of the pool is sold or offered.' : `Free now: ${free.slice(0, 3).map(({ quantity, window }) => `${groupDigits(quantity)} tokens/s ${utcWindow(window)}`).join('; ')}${free.length > 3 ? ' and more' : ''}.`} In lots of {groupDigits(pool.lotSize)} tokens/s.</p>
      <div className="columns">
        <TextField {...{ label: 'Start (UTC)', name: 'window.start', type: 'datetime-local', step, value: draft.start }} onChange={({ target }) => change({ start: target.value })} />
        <TextField {...{ label: 'End (UTC)', name: 'window.end', type: 'datetime-local', step, value: draft.end }} onChange={({ target }) => change({ end: target.value })} />
        <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', autoComplete: 'off', value: draft.quantity }} onChange={({ target }) => change({ quantity: target.value })} />
      </div>
    </>
  );
}

const KINDS = { fixed: 'At a fixed price', auction: 'By auction' } as const;

export function PriceStep({ draft, change }: Shown): ReactNode {
  const isFixed = draft.kind === 'fixed';
  return (
    <>
      <Segments label="How it is sold" options={KINDS} value={draft.kind} onChange={(kind) => change({ kind })} />
      <p className="quiet-note">{isFixed ? 'To whoever comes first, in parts as they like.' : 'By sealed bids; everybody who wins pays the same price. It is sold whole, over all of the window.'}</p>
      <div className="columns">
        <TextField
          {...{ label: isFixed ? 'Price (USD per token/s and hour)' : 'Reserve price (USD per token/s and hour)', name: 'unitPrice', inputMode: 'decimal', autoComplete: 'off', value: draft.price }}
          onChange={({ target }) => change({ price: target.value })}
        />
        {!isFixed && (
          <>
            <TextField {...{ label: 'Bids from (UTC, optional)', name: 'opensAt', type: 'datetime-local', value: draft.opensAt }} hint="At once when left out" onChange={({ target }) => change({ opensAt: target.value })} />
            <TextField {...{ label: 'Bids until (UTC)', name: 'closesAt', type: 'datetime-local', value: draft.closesAt }} onChange={({ target }) => change({ closesAt: target.value })} />
          </>
        )}
      </div>
      {isFixed && (
        <>
          <CheckField label="Post only: refuse it rather than sell at once" name="isPostOnly" checked={draft.isPostOnly} onChange={({ target }) => change({ isPostOnly: target.checked })} />
          <p className="quiet-note">A bid that waits at this price or above buys at once, at its own price. Post only says no to that, with the bid that it met, and nothing is listed.</p>
        </>
      )}
      <Total draft={draft} />
    </>
  );
}

function Total({ draft }: { readonly draft: ListingDraft }): ReactNode {
  const total = totalOf(draft);
  const perMillion = perMillionTokens(draft.price);
  return (
    <p className="total" aria-live="polite">
      <span>If all of it is sold{draft.kind === 'auction' && ', at least'}</span>
      <output>{total === null ? '—' : usd(total)}</output>
      {perMillion !== null && <span className="quiet-note">{usdRounded(perMillion)} per million tokens at full use</span>}
    </p>
  );
}

/** What it is sold under: the pool's own, fixed at the moment of each sale. */
export function TermsStep({ pool }: Shown): ReactNode {
  return (
    <>
      <p className="quiet-note">Whoever buys keeps these terms for what they bought, also when you change them later. An hour that misses the promise pays by itself.</p>
      <PoolFacts pool={pool} />
    </>
  );
}

function UnitPrice({ price }: { readonly price: string }): ReactNode {
  const [unitPrice, perMillion] = [unitPriceOf(price), perMillionTokens(price)];
  if (unitPrice === null || perMillion === null) return price;
  return <>{`${usd(unitPrice)} per token/s·h`}<span className="quiet-note">{`${usdRounded(perMillion)} per million tokens`}</span></>;
}

/** The offer as it will stand in the market. */
export function PreviewStep({ pool, draft }: Shown): ReactNode {
  const evidence = useEvidence([pool.poolId]).get(pool.poolId) ?? null;
  const [start, end] = [instantOf(draft.start), instantOf(draft.end)];
  const { ttftP95Ms, streamTokensPerSecondMin } = pool.serviceLevel;
  const total = totalOf(draft);
  return (
    <>
      <p className="quiet-note">What a buyer sees in the market:</p>
      <div className="offer-preview">
        <div className="offer-head"><MarketName id={pool.marketId} /><span className="quiet-note">{`${pool.platform} · ${pool.region}`}</span>{draft.kind === 'auction' && <span className="badge">auction</span>}</div>
        <dl className="facts">
          <div><dt>Promise</dt><dd>{`≤ ${groupDigits(String(ttftP95Ms))} ms`} <Evidence pool={pool} evidence={evidence} /><span className="quiet-note">{`≥ ${groupDigits(String(streamTokensPerSecondMin))} tokens/s a stream`}</span></dd></div>
          <div><dt>Window</dt><dd>{start !== null && end !== null && <Span window={{ start, end }} />}</dd></div>
          <div><dt>Left</dt><dd><Rate quantity={draft.quantity.replaceAll(',', '')} /></dd></div>
          <div><dt>{draft.kind === 'fixed' ? 'Price' : 'Reserve price'}</dt><dd><UnitPrice price={draft.price} /></dd></div>
        </dl>
      </div>
      {total !== null && <p>All of it comes to <strong><Money amount={total} /></strong>, of which the exchange keeps its fee. The price waits in escrow and is yours as hours are served.</p>}
    </>
  );
}
