import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Issue, Refusal } from '../api/refusal.documents.js';
import { useMutation, type Outcome } from '../api/use-mutation.js';
import type { Pool } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { FormReader } from '../ui/form-reader.js';
import { Issues } from '../ui/issues.context.js';
import { OutcomeNote } from '../ui/refusal.js';
import { goTo } from '../ui/router.js';
import type { Segment } from '../ui/segment.js';
import { CREATE_LISTING } from './allocation.documents.js';
import { issuesOf, STEPS, stepOf, type ListingDraft, type Step } from './list.draft.js';
import { OfferStep, PreviewStep, PriceStep, TermsStep } from './list.steps.js';
import { OPEN_AUCTION } from './pool.documents.js';
import { offerOf } from './trade.offer.js';

const TITLES: Readonly<Record<Step, string>> = { offer: 'What and when', price: 'Price', terms: 'Terms and promise', preview: 'Preview' };
const NO_ISSUES: readonly Issue[] = [];

/** Four steps; what the exchange refuses leads back to the step it concerns. */
export function ListWizard({ pool, free, initial }: { readonly pool: Pool; readonly free: readonly Segment[]; readonly initial: ListingDraft }): ReactNode {
  const [draft, setDraft] = useState(initial);
  const [step, setStep] = useState<Step>('offer');
  const [found, setFound] = useState<readonly Issue[]>(NO_ISSUES);
  const send = useSend(pool);
  const index = STEPS.indexOf(step);
  const change = (changes: Partial<ListingDraft>): void => {
    setDraft({ ...draft, ...changes });
    setFound(NO_ISSUES);
  };
  const go = (to: Step): void => {
    // Forward only over steps that are well.
    const wrong = STEPS.slice(0, STEPS.indexOf(to)).find((one) => issuesOf(one, draft, pool.grid).length > 0);
    setFound(wrong === undefined ? NO_ISSUES : issuesOf(wrong, draft, pool.grid));
    setStep(wrong ?? to);
  };
  const isLast = step === 'preview';
  const refused = refusedIssues(send.outcome);
  return (
    <div className="wizard">
      <ol className="wizard-steps" aria-label="Steps">
        {STEPS.map((one, number) => (
          <li key={one}>
            <button type="button" aria-current={one === step ? 'step' : undefined} data-done={number < index} onClick={() => go(one)}>
              <span className="wizard-number" aria-hidden>{number + 1}</span>{TITLES[one]}
            </button>
          </li>
        ))}
      </ol>
      <form className="card wizard-card" noValidate aria-label={TITLES[step]} onSubmit={(event) => { event.preventDefault(); if (isLast) void send.run(draft); else go(STEPS[index + 1] ?? 'preview'); }}>
        <Heading title={TITLES[step]} />
        <Issues value={found.length > 0 ? found : refused}><Fields {...{ step, pool, free, draft, change }} /></Issues>
        <OutcomeNote outcome={send.outcome} fields={refused.map(({ field }) => field).filter((field) => stepOf(field) === step)}>
          {send.outcome.state === 'rejected' && <Help refusal={send.outcome.refusal} take={(changes) => { change(changes); send.forget(); }} goTo={setStep} />}
        </OutcomeNote>
        <div className="buttons">
          {index > 0 && <button type="button" className="quiet" onClick={() => go(STEPS[index - 1] ?? 'offer')}>Back</button>}
          <button type="submit" aria-disabled={send.outcome.state === 'sending'}>{isLast ? (draft.kind === 'fixed' ? 'Publish the listing' : 'Open the auction') : 'Continue'}</button>
        </div>
      </form>
    </div>
  );
}

let isFirst = true;

/** Whoever goes on is taken to the head of the next step. */
function Heading({ title }: { readonly title: string }): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, [title]);
  return <h2 ref={heading} tabIndex={-1} className="card-title">{title}</h2>;
}

interface Shown {
  readonly step: Step;
  readonly pool: Pool;
  readonly free: readonly Segment[];
  readonly draft: ListingDraft;
  readonly change: (changes: Partial<ListingDraft>) => void;
}

function Fields({ step, ...shown }: Shown): ReactNode {
  switch (step) {
    case 'offer':
      return <OfferStep {...shown} />;
    case 'price':
      return <PriceStep {...shown} />;
    case 'terms':
      return <TermsStep {...shown} />;
    case 'preview':
      return <PreviewStep {...shown} />;
  }
}

/** One click to what would be accepted. */
function Help({
  refusal,
  take,
  goTo: show,
}: {
  readonly refusal: Refusal;
  readonly take: (changes: Partial<ListingDraft>) => void;
  readonly goTo: (step: Step) => void;
}): ReactNode {
  if (refusal.__typename === 'ValidationRejection') {
    const step = stepOf(refusal.issues[0]?.field ?? '');
    return step === 'preview' ? null : <button type="button" className="quiet" onClick={() => show(step)}>{`Go to “${TITLES[step]}”`}</button>;
  }
  const offer = offerOf(refusal);
  return offer === null ? null : <button type="button" className="quiet" onClick={() => take(offer.changes)}>{offer.text}</button>;
}

/** What the exchange said of fields, by their names here. */
function refusedIssues(outcome: Outcome): readonly Issue[] {
  if (outcome.state !== 'rejected' || outcome.refusal.__typename !== 'ValidationRejection') return NO_ISSUES;
  return outcome.refusal.issues.map(({ field, ...issue }) => ({ ...issue, field: field === 'reservePrice' ? 'unitPrice' : field }));
}

interface Sending {
  readonly outcome: Outcome;
  readonly run: (draft: ListingDraft) => Promise<void>;
  readonly forget: () => void;
}

/** Publishes by the one mutation or the other. */
function useSend({ poolId }: Pool): Sending {
  const announce = useAnnounce();
  const fixed = useMutation(CREATE_LISTING);
  const auction = useMutation(OPEN_AUCTION);
  const [last, setLast] = useState<ListingDraft['kind'] | null>(null);
  const outcome = last === null ? ({ state: 'idle' } as const) : (last === 'fixed' ? fixed : auction).outcome;
  const run = async (draft: ListingDraft): Promise<void> => {
    const fields: Readonly<Record<string, string>> = {
      ...{ 'window.start': draft.start, 'window.end': draft.end, quantity: draft.quantity, price: draft.price },
      ...{ opensAt: draft.opensAt, closesAt: draft.closesAt },
    };
    const form = new FormReader({ get: (name) => fields[name] ?? null });
    const offer = { poolId, window: form.window('window'), quantity: form.quantity('quantity') };
    setLast(draft.kind);
    const answer =
      draft.kind === 'fixed'
        ? await fixed.run({ ...offer, unitPrice: form.usd('price'), isPostOnly: draft.isPostOnly })
        : await auction.run({ ...offer, reservePrice: form.usd('price'), opensAt: form.optional('opensAt', form.instant), closesAt: form.instant('closesAt') });
    if (answer === null) return;
    announce(draft.kind === 'fixed' ? 'Listed: it is on the market now' : 'The auction is announced');
    goTo(`/app/pools/${encodeURIComponent(poolId)}`);
  };
  return { outcome, run, forget: () => setLast(null) };
}
