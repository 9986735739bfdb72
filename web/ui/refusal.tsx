import type { ReactNode } from 'react';
import type { Outcome } from '../api/use-mutation.js';
import type { Refusal } from '../api/refusal.documents.js';
import { tokensPerSecond, usd, utc, utcWindow } from './format.js';

/** Why it was not done, read out at once, with everything that would be accepted. */
export function OutcomeNote({
  outcome,
  children,
}: {
  readonly outcome: Outcome;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div role="alert" className="outcome">
      {outcome.state === 'failed' && <p className="refusal">{outcome.failure.message}</p>}
      {outcome.state === 'rejected' && (
        <div className="refusal" data-code={outcome.refusal.code}>
          <p>{sentence(outcome.refusal.message)}</p>
          <Accepted refusal={outcome.refusal} />
          {children}
        </div>
      )}
    </div>
  );
}

function Accepted({ refusal }: { readonly refusal: Refusal }): ReactNode {
  const lines = acceptedBy(refusal);
  if (lines.length === 0) return null;
  return (
    <ul>
      {lines.map((line) => <li key={line}>{line}</li>)}
    </ul>
  );
}

/** Empty where the sentence says it all. */
function acceptedBy(refusal: Refusal): readonly string[] {
  switch (refusal.__typename) {
    case 'ValidationRejection':
      return refusal.issues.map(({ field, reason, accepted }) => `${field} ${reason}. Accepted: ${accepted}`);
    case 'WindowRejection':
      return [
        ...said(refusal.accepted, (window) => `Accepted: ${utcWindow(window)}`),
        ...said(refusal.earliestStart, (start) => `Earliest start: ${utc(start)} UTC`),
      ];
    case 'CapacityRejection':
      return [`There is ${tokensPerSecond(refusal.available)} throughout this window`];
    case 'ResaleTermsRejection':
      return [
        ...said(refusal.unitPriceMax, (price) => `Highest price: ${usd(price)} per token/s and hour`),
        ...said(refusal.listableFrom, (from) => `It may be listed from ${utc(from)} UTC on`),
        ...said(refusal.hopsMax, (hops) => `It may change hands ${hops} times`),
      ];
    case 'AmountTooLargeRejection':
      return [`Largest amount: ${usd(refusal.amountMax)}`];
    case 'InsufficientFundsRejection':
      return [`Due: ${usd(refusal.due)}. In the wallet: ${usd(refusal.balance)}`];
    case 'FeeChangedRejection':
      return [`It costs ${usd(refusal.fee)} now`];
    default:
      return [];
  }
}

function said<Value>(value: Value | null, say: (value: Value) => string): readonly string[] {
  return value === null ? [] : [say(value)];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

