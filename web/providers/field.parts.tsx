import type { ReactNode } from 'react';

/** A share or a count is short, and no browser knows it better. */
export const SHORT = { inputMode: 'decimal', autoComplete: 'off', required: true } as const;
export const FREE = { autoComplete: 'off', required: true } as const;

/** Fields of a pool's form that belong together. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <fieldset className="card">
      <legend>{title}</legend>
      <div className="columns">{children}</div>
    </fieldset>
  );
}

/** Two fields of one step, which stay beside each other. */
export function Step({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="pair">{children}</div>;
}
