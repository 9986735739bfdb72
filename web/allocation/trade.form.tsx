import { useState, type ReactNode } from 'react';
import type { Issue, Refusal } from '../api/refusal.documents.js';
import type { Accepted, MutationDocument } from '../api/use-mutation.js';
import { TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
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

/** How the price is called, where one names it. */
export interface PriceNames {
  /** In the API's input. */
  readonly name: string;
  readonly label: string;
  /** What all of it comes to. */
  readonly total: string;
}

const PRICE: PriceNames = { name: 'unitPrice', label: 'Price (USD per token/s and hour)', total: 'If all of it is sold' };

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
  more,
  footnote,
  price = PRICE,
  found,
  issueOf,
}: {
  readonly document: MutationDocument<Input, Answer>;
  readonly toInput: (trade: Trade, form: FormReader) => Input;
  readonly initial: TradeFields;
  readonly grid: Grid;
  /** Whether one names the price, or takes the one there is. */
  readonly isPriceAsked: boolean;
  readonly submit: string;
  readonly onAccepted: (answer: Accepted<Answer>) => void;
  readonly onChange?: (fields: TradeFields) => void;
  /** Another way to fill the fields in: with a pointer. */
  readonly picture?: (fields: TradeFields, change: (changes: Partial<TradeFields>) => void) => ReactNode;
  /** Fields besides these. */
  readonly more?: ReactNode;
  /** In the place of the total, where that is said elsewhere. */
  readonly footnote?: ReactNode;
  readonly price?: PriceNames;
  /** What is seen to be wrong while one types. */
  readonly found?: readonly Issue[];
  readonly issueOf?: (refusal: Refusal) => Issue | null;
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
          toInput({ window: form.window('window'), quantity: form.quantity('quantity'), unitPrice: isPriceAsked ? form.usd(price.name) : '0' }, form),
        )
      }
      {...(found === undefined ? {} : { found })}
      {...(issueOf === undefined ? {} : { issueOf })}
      onAccepted={onAccepted}
      submit={submit}
      help={(refusal) => <TakeIt refusal={refusal} change={change} />}
    >
      {picture?.(fields, change)}
      <Fields {...{ fields, change, step }} price={isPriceAsked ? price : null} />
      {more}
      {footnote ?? <Total fields={fields} name={isPriceAsked ? price.total : 'Total'} />}
    </MutationForm>
  );
}

function Fields({
  fields,
  change,
  step,
  price,
}: {
  readonly fields: TradeFields;
  readonly change: (changes: Partial<TradeFields>) => void;
  readonly step: number;
  /** Null: nobody names one. */
  readonly price: PriceNames | null;
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
      {price !== null && (
        <TextField
          {...{ label: price.label, name: price.name, inputMode: 'decimal' }}
          {...{ required: true, autoComplete: 'off' }}
          value={fields.price}
          onChange={({ target }) => change({ price: target.value })}
        />
      )}
    </div>
  );
}

function Total({ fields, name }: { readonly fields: TradeFields; readonly name: string }): ReactNode {
  const total = totalOf(fields);
  const perMillion = perMillionTokens(fields.price);
  return (
    <p className="total" aria-live="polite">
      <span>{name}</span>
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
