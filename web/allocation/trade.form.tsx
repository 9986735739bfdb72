import { useState, type ReactNode } from 'react';
import type { Refusal } from '../api/refusal.documents.js';
import type { Accepted, MutationDocument } from '../api/use-mutation.js';
import { TextField } from '../ui/field.js';
import { usd, usdRounded } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { gridMs, type Grid } from '../ui/time.js';
import { offerOf } from './trade.offer.js';
import { perMillionTokens, totalOf, type TradeFields } from './trade.js';

export interface Trade {
  readonly window: { readonly start: string; readonly end: string };
  readonly quantity: string;
  readonly unitPrice: string;
}

/** Window, quantity and price: for whoever reserves, lists or resells. */
export function TradeForm<Input, Answer extends object>({
  document,
  toInput,
  initial,
  grid,
  isPriceAsked,
  submit,
  onAccepted,
  onChange,
  picture,
  footnote,
}: {
  readonly document: MutationDocument<Input, Answer>;
  readonly toInput: (trade: Trade) => Input;
  readonly initial: TradeFields;
  readonly grid: Grid;
  /** Whether one names the price, or takes the one there is. */
  readonly isPriceAsked: boolean;
  readonly submit: string;
  readonly onAccepted: (answer: Accepted<Answer>) => void;
  readonly onChange?: (fields: TradeFields) => void;
  /** Another way to fill the fields in: with a pointer. */
  readonly picture?: (fields: TradeFields, change: (changes: Partial<TradeFields>) => void) => ReactNode;
  /** In the place of the total, where that is said elsewhere. */
  readonly footnote?: ReactNode;
}): ReactNode {
  const [fields, setFields] = useState(initial);
  const change = (changes: Partial<TradeFields>): void => {
    const next = { ...fields, ...changes };
    setFields(next);
    onChange?.(next);
  };
  const step = gridMs(grid) / 1_000;
  return (
    <MutationForm
      document={document}
      read={(form) =>
        form.result(
          toInput({
            window: form.window('window'),
            quantity: form.quantity('quantity'),
            unitPrice: isPriceAsked ? form.usd('unitPrice') : '0',
          }),
        )
      }
      onAccepted={onAccepted}
      submit={submit}
      help={(refusal) => <TakeIt refusal={refusal} change={change} />}
    >
      {picture?.(fields, change)}
      <Fields {...{ fields, change, step, isPriceAsked }} />
      {footnote ?? <Total fields={fields} isPriceAsked={isPriceAsked} />}
    </MutationForm>
  );
}

function Fields({
  fields,
  change,
  step,
  isPriceAsked,
}: {
  readonly fields: TradeFields;
  readonly change: (changes: Partial<TradeFields>) => void;
  readonly step: number;
  readonly isPriceAsked: boolean;
}): ReactNode {
  return (
    <div className="columns">
      <TextField
        {...{ label: 'Start (UTC)', name: 'window.start', type: 'datetime-local', step, required: true }}
        value={fields.start}
        onChange={({ target }) => change({ start: target.value })}
      />
      <TextField
        {...{ label: 'End (UTC)', name: 'window.end', type: 'datetime-local', step, required: true }}
        value={fields.end}
        onChange={({ target }) => change({ end: target.value })}
      />
      <TextField
        {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', required: true }}
        autoComplete="off"
        value={fields.quantity}
        onChange={({ target }) => change({ quantity: target.value })}
      />
      {isPriceAsked && (
        <TextField
          {...{ label: 'Price (USD per token/s and hour)', name: 'unitPrice', inputMode: 'decimal' }}
          {...{ required: true, autoComplete: 'off' }}
          value={fields.price}
          onChange={({ target }) => change({ price: target.value })}
        />
      )}
    </div>
  );
}

function Total({
  fields,
  isPriceAsked,
}: {
  readonly fields: TradeFields;
  readonly isPriceAsked: boolean;
}): ReactNode {
  const total = totalOf(fields);
  const perMillion = perMillionTokens(fields.price);
  return (
    <p className="total" aria-live="polite">
      <span>{isPriceAsked ? 'If all of it is sold' : 'Total'}</span>
      <output>{total === null ? '—' : usd(total)}</output>
      {perMillion !== null && (
        <span className="quiet-note">{usdRounded(perMillion)} per million tokens at full use</span>
      )}
    </p>
  );
}

/** One click to what would be accepted. */
function TakeIt({
  refusal,
  change,
}: {
  readonly refusal: Refusal;
  readonly change: (changes: Partial<TradeFields>) => void;
}): ReactNode {
  const take = offerOf(refusal);
  if (take === null) return null;
  return (
    <button type="button" className="quiet" onClick={() => change(take.changes)}>{take.text}</button>
  );
}
