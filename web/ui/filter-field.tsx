import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

/** A field of a filter: what is typed counts at once, and one sees which are set. */
export function FilterField({
  label,
  value,
  onChange,
  ...input
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
} & Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'>): ReactNode {
  const id = useId();
  return (
    <div className="field" data-set={value !== ''}>
      <label htmlFor={id}>{label}</label>
      <input {...input} {...{ id, value, autoComplete: 'off' }} onChange={({ target }) => onChange(target.value)} />
    </div>
  );
}
