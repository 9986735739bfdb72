import type { RowObject } from '../../eventstore/projection.js';
import { overagePartsSchema } from '../application/overage-parts.codec.js';
import type { OveragePart } from '../model/overage-parts.js';

/** How the parts of a charge stand in a column: whole numbers as text. */
export function storedParts(parts: readonly OveragePart[]): readonly RowObject[] {
  return parts.map(({ tokenClass, tier, tokens, weight, amount }) => ({ tokenClass, tier, tokens: String(tokens), weight, amount: String(amount) }));
}

/** Reads what {@link storedParts} made; of before there were any: none. */
export const readParts = (column: unknown): readonly OveragePart[] => (column === null || column === undefined ? NONE : overagePartsSchema.parse(column));
/** Of nearly every charge, of which a million are read for a file. */
const NONE: readonly OveragePart[] = [];
