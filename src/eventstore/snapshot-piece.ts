import { sha256 } from './digest.js';

/** A run of a snapshot's text. In their order, the pieces of a snapshot are its text. */
export class SnapshotPiece {
  private known: string | null = null;

  /**
   * @param length characters of its text
   * @param text the same each time
   */
  constructor(readonly length: number, readonly text: () => string) {}

  /** SHA-256 of its text, in hexadecimal digits: what has the same name is the same. */
  get name(): string {
    this.known ??= sha256(this.text()).toString('hex');
    return this.known;
  }

  /** Whether its name was asked for before: then it was kept, or is about to be. */
  get isNamed(): boolean {
    return this.known !== null;
  }
}

/** Entries of a map that are written already. */
export class WrittenEntries {
  constructor(readonly pieces: readonly SnapshotPiece[]) {}
}

export const textOf = (pieces: readonly SnapshotPiece[]): string => pieces.map((piece) => piece.text()).join('');
