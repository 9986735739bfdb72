import { chargeParts, ownParts, periodParts, subjectParts, type FocusCharge, type FocusPeriod } from './focus-charge.js';
import { COST_AND_USAGE, rowOf, rowWith } from './focus.columns.js';
import type { Row } from './table.js';

/** Reservations that are remembered: charges of one come hour after hour. */
const SUBJECTS_KEPT = 5_000;

/** What charges of one reservation say alike, and for which of them it holds. */
interface Subject {
  readonly row: Row;
  readonly first: FocusCharge;
}

/**
 * The rows of `focusRows` for a file of a month. What the file, a reservation and a charge say is put in place
 * once and copied: of two rows for each of a million hours hardly anything differs.
 */
export class FocusRows {
  private readonly file: Row;
  private readonly subjects = new Map<string, Subject>();

  constructor(private readonly period: FocusPeriod) {
    this.file = rowOf(COST_AND_USAGE, ...periodParts(period));
  }

  of(facts: FocusCharge): readonly Row[] {
    const subject = this.subjectOf(facts);
    const row = rowWith(COST_AND_USAGE, subject, chargeParts(this.period, facts.charge));
    return ownParts(facts).map((own) => rowWith(COST_AND_USAGE, row, own));
  }

  private subjectOf(facts: FocusCharge): Row {
    const { reservationId } = facts.charge;
    const known = this.subjects.get(reservationId);
    if (known !== undefined && isAlike(known.first, facts)) return known.row;
    if (this.subjects.size === SUBJECTS_KEPT) this.subjects.clear();
    const row = rowWith(COST_AND_USAGE, this.file, subjectParts(this.period, facts));
    this.subjects.set(reservationId, { row, first: facts });
    return row;
  }
}

function isAlike(one: FocusCharge, other: FocusCharge): boolean {
  return (
    one.purchase === other.purchase &&
    one.hostName === other.hostName &&
    one.charge.kind === other.charge.kind &&
    one.charge.month === other.charge.month &&
    one.charge.amount > 0n === other.charge.amount > 0n
  );
}
