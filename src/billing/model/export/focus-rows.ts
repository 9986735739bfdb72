import { chargeParts, commitmentOf, ownParts, periodParts, subjectParts, type FocusCharge, type FocusPeriod } from './focus-charge.js';
import { COST_AND_USAGE, rowOf, rowWith } from './focus.columns.js';
import type { Cell, Row } from './table.js';

/** Reservations that are remembered: charges of one come hour after hour. */
const SUBJECTS_KEPT = 5_000;

/** What charges of one reservation say alike, and for which of them it holds. */
interface Subject {
  readonly row: Row;
  readonly commitment: string;
  readonly first: FocusCharge;
}

/**
 * The rows of `focusRows` for a file of a month. What the file and a reservation say is put in place once and copied:
 * of two rows for each of a million hours hardly anything differs.
 */
export class FocusRows {
  private readonly file: Row;
  private readonly subjects = new Map<string, Subject>();
  /** Texts that reservations share are one text each, so that to compare two rows is to compare no letters. */
  private readonly texts = new Map<string, string>();

  constructor(private readonly period: FocusPeriod) {
    this.file = rowOf(COST_AND_USAGE, ...periodParts(period));
  }

  /** Row by row, each made when it is asked for: who writes it at once has one of them in memory. */
  *of(charges: Iterable<FocusCharge>): Generator<Row> {
    for (const facts of charges) {
      const subject = this.subjectOf(facts);
      const shared = chargeParts(this.period, facts.charge);
      for (const own of ownParts(facts, subject.commitment)) yield rowWith(COST_AND_USAGE, subject.row, shared, own);
    }
  }

  private subjectOf(facts: FocusCharge): Subject {
    const { reservationId } = facts.charge;
    const known = this.subjects.get(reservationId);
    if (known !== undefined && isAlike(known.first, facts)) return known;
    if (this.subjects.size === SUBJECTS_KEPT) {
      this.subjects.clear();
      this.texts.clear();
    }
    const row = rowWith(COST_AND_USAGE, this.file, subjectParts(this.period, facts)).map((cell) => this.shared(cell));
    const subject = { row, commitment: commitmentOf(reservationId), first: facts };
    this.subjects.set(reservationId, subject);
    return subject;
  }

  private shared(cell: Cell): Cell {
    if (typeof cell !== 'string') return cell;
    const known = this.texts.get(cell);
    if (known !== undefined) return known;
    this.texts.set(cell, cell);
    return cell;
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
