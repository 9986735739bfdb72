import { Check, Copy } from 'lucide-react';
import { Fragment, useEffect, useState, type ReactNode } from 'react';
import { groupDigits, shortId, usd, utc } from './format.js';
import { LocalBeside, withPlace } from './local-time.js';
import { roundedUsdFigure, usdFigure } from './usd-figure.js';

/** An amount and its currency, which is never left to guess. */
export function Money({
  amount,
  isRounded = false,
}: {
  readonly amount: string | bigint;
  /** To a tenth of a cent: to compare prices by. */
  readonly isRounded?: boolean;
}): ReactNode {
  return (
    <span className="money">
      {isRounded ? roundedUsdFigure(amount) : usdFigure(amount)}
      <span className="unit"> USD</span>
    </span>
  );
}

/** An amount in a column whose heading says the currency: as many places as its neighbours, one under the other. */
export function Amount({ amount, places }: { readonly amount: string | bigint; readonly places: 2 | 3 | 6 }): ReactNode {
  const [whole = '', fraction = ''] = (places === 6 ? usdFigure(amount) : roundedUsdFigure(amount)).split('.');
  return <span className="money" title={usd(amount)}>{`${whole}.${fraction.padEnd(places, '0')}`}</span>;
}

/** An instant in UTC; in the reader's own zone to whoever points at it, touches it or comes to it by keyboard. */
export function Time({
  at,
  isZoneSaid = false,
  children = utc(at),
}: {
  readonly at: string;
  /** A heading above says that it is UTC. */
  readonly isZoneSaid?: boolean;
  /** Only a part of it, where the rest is plain. */
  readonly children?: string;
}): ReactNode {
  return (
    <time ref={withPlace} dateTime={at}>
      {children}
      {!isZoneSaid && <span className="unit"> UTC</span>}
      <LocalBeside at={at} />
    </time>
  );
}

/** From when until when, neither torn apart. */
export function Span({
  window: { start, end },
  isZoneSaid = false,
}: {
  readonly window: { readonly start: string; readonly end: string };
  /** A heading above says that it is UTC. */
  readonly isZoneSaid?: boolean;
}): ReactNode {
  return (
    <span ref={withPlace} className="span">
      <time dateTime={start}>{utc(start)}<LocalBeside at={start} /></time>
      {' – '}
      <time dateTime={end}>{endAfter(start, end)}<LocalBeside at={end} /></time>
      {!isZoneSaid && <span className="unit"> UTC</span>}
    </span>
  );
}

/** Only what is other than at the start. */
function endAfter(start: string, end: string): string {
  const text = utc(end);
  if (start.slice(0, 10) === end.slice(0, 10)) return text.slice(11);
  return start.slice(0, 4) === end.slice(0, 4) ? text.slice(5) : text;
}

/** Tokens per second. */
export function Rate({ quantity }: { readonly quantity: string }): ReactNode {
  return (
    <span className="rate">
      {groupDigits(quantity)}
      <span className="unit"> tokens/s</span>
    </span>
  );
}

const SAID_MS = 1_500;

/** A button that puts text where it can be pasted from. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setDone(true));
  return (
    <button type="button" className="icon-button" onClick={copy} aria-label={isDone ? 'Copied' : label}>
      {isDone ? <Check aria-hidden /> : <Copy aria-hidden />}
    </button>
  );
}

const JOINTS = /(?<=[.:-])|(?<=[a-z])(?=[A-Z])/;

/** A name of parts, such as `market.ReservationHeld`: where there is no room it goes on at one of them. */
export function PartedName({ name }: { readonly name: string }): ReactNode {
  return <span>{name.split(JOINTS).map((part, index) => <Fragment key={index}>{index > 0 && <wbr />}{part}</Fragment>)}</span>;
}

/** An id, short to the eye and whole on the clipboard. */
export function Id({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  return (
    <span className="id">
      <code title={id}>…{shortId(id)}</code>
      <CopyButton text={id} label={`Copy the id of ${name}`} />
    </span>
  );
}
