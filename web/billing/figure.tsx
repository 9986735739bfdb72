import type { ReactNode } from 'react';
import { Money } from '../ui/values.js';

/** One sum of a row of them, and what it is. */
export function Figure({ name, amount, note }: { readonly name: string; readonly amount: string; readonly note: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd><Money amount={amount} /><span className="quiet-note">{note}</span></dd>
    </div>
  );
}
