import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { SelectField } from '../ui/field.js';
import { Link } from '../ui/router.js';
import { methodName } from './method.name.js';
import { PAYMENT_METHODS } from './payment-method.documents.js';

const NOTHING = {};

/** Which of the saved cards is charged, the default first. */
export function SavedCardField(): ReactNode {
  const query = useQuery(PAYMENT_METHODS, NOTHING);
  if (query.state !== 'ready') return null;
  const active = query.data.paymentMethods.edges.map(({ node }) => node).filter(({ status }) => status === 'ACTIVE');
  if (active.length === 0) return <p>No card is saved: <Link to="/app/finance/payment-methods">add one</Link> first.</p>;
  const sorted = active.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
  return (
    <SelectField
      {...{ label: 'Card', name: 'paymentMethod' }}
      choices={sorted.map((method) => ({ value: method.paymentMethodId, text: methodName(method) }))}
    />
  );
}
