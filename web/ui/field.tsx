import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from 'react';
import { issueSaid } from './format.js';
import { useIssue } from './issues.context.js';

interface Labelled {
  readonly label: string;
  /** Path in the input, such as `window.start`: what a refusal names. */
  readonly name: string;
  readonly hint?: string;
}

interface Wiring {
  readonly id: string;
  readonly name: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

/** A label, its control, and under them what is expected and what was wrong. */
export function Field({
  label,
  name,
  hint,
  children,
}: Labelled & { readonly children: (wiring: Wiring) => ReactNode }): ReactNode {
  const id = useId();
  const issue = useIssue(name);
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...(issue ? [`${id}-issue`] : [])];
  const wiring: Wiring = {
    ...{ id, name, 'aria-invalid': issue !== null },
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(wiring)}
      {hint !== undefined && <p id={`${id}-hint`} className="hint">{hint}</p>}
      {issue !== null && (
        <p id={`${id}-issue`} className="issue">
          {issueSaid(issue)}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  name,
  hint,
  ...input
}: Labelled & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  return (
    <Field {...{ label, name }} {...(hint === undefined ? {} : { hint })}>
      {(wiring) => <input {...input} {...wiring} />}
    </Field>
  );
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

export function SelectField({
  label,
  name,
  hint,
  choices,
  ...select
}: Labelled & { readonly choices: readonly Choice[] } & SelectHTMLAttributes<HTMLSelectElement>): ReactNode {
  return (
    <Field {...{ label, name }} {...(hint === undefined ? {} : { hint })}>
      {(wiring) => (
        <select {...select} {...wiring}>
          {choices.map(({ value, text }) => (
            <option key={value} value={value}>{text}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({
  label,
  ...input
}: { readonly label: string } & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  const id = useId();
  return (
    <div className="check">
      <input {...input} id={id} type="checkbox" />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}
