import { words } from '../ui/format.js';
import type { Method } from './payment-method.documents.js';

/** `Visa ····4242`. */
export const methodName = ({ brand, last4 }: Pick<Method, 'brand' | 'last4'>): string => `${words(brand)} ····${last4}`;
