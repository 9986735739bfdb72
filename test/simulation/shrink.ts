import { writeHistory, type History, type Played } from './history.js';
import type { Move } from './moves.js';

/** How long it may take. */
export interface ShrinkLimits {
  readonly attemptsMax: number;
  /** Moves made in all attempts together. */
  readonly movesMax: number;
}

export const SHRINK_LIMITS: ShrinkLimits = { attemptsMax: 2_000, movesMax: 60_000 };

type Moves = readonly Move[];
type Play = (moves: Moves) => Promise<Played>;

/** Words that stand for something that was made, or for a request. */
const NAMES = /\b(?:N\d+|K\d+|P-N\d+)\b/g;
/** How far away from what the violation speaks of a move may be. */
const ROUNDS_MAX = 3;

/**
 * Delta debugging: moves are left out as long as what is left breaks the same promise. First what is
 * likely not to matter at all, then halves, quarters and so on, down to single moves.
 */
export class Shrinking {
  private moves: Moves;
  private attempts = 0;
  private made = 0;

  constructor(
    private readonly history: History,
    /** Plays moves; says what was broken, if it is the same. */
    private readonly play: Play,
    private readonly limits: ShrinkLimits = SHRINK_LIMITS,
  ) {
    this.moves = history.moves;
  }

  async shortest(): Promise<Moves> {
    await this.simplify();
    await this.leaveOutParts();
    await this.simplify();
    await this.leaveOutParts();
    return this.moves;
  }

  /** What makes a history easier to read, whole kinds of moves at a time. */
  private async simplify(): Promise<void> {
    await this.keepRelated();
    await this.try(this.moves.map((move) => ({ ...move, arrivals: 'all' })));
    await this.try(this.moves.map((move) => ('process' in move ? { ...move, process: 0 } : move)));
    for (const kind of new Set(this.moves.map((move) => move.kind))) {
      if (kind !== 'ask') await this.try(this.moves.filter((move) => move.kind !== kind));
    }
  }

  /** What the violation speaks of, what made that, and what has to do with it. */
  private async keepRelated(): Promise<void> {
    for (let rounds = 1; rounds <= ROUNDS_MAX; rounds += 1) {
      if (await this.try(related(this.moves, this.history.violation, rounds))) return;
    }
  }

  private async leaveOutParts(): Promise<void> {
    let size = Math.ceil(this.moves.length / 2);
    while (size >= 1) {
      const before = this.moves.length;
      for (let from = 0; from < this.moves.length; ) {
        const rest = [...this.moves.slice(0, from), ...this.moves.slice(from + size)];
        if (!(await this.try(rest))) from += size;
      }
      // Single moves may be left out once others are.
      if (size > 1 || this.moves.length === before) size = Math.floor(size / 2);
    }
  }

  /** Keeps to other moves if they break the same promise. */
  private async try(moves: Moves): Promise<boolean> {
    const { attemptsMax, movesMax } = this.limits;
    const isOver = this.attempts >= attemptsMax || this.made >= movesMax;
    if (isOver || moves.length === 0) return false;
    this.attempts += 1;
    const { error, made } = await this.play(moves);
    this.made += made;
    if (error === null) return false;
    // Nothing that comes after it matters.
    this.moves = moves.slice(0, made);
    return true;
  }
}

function related(moves: Moves, violation: string, rounds: number): Moves {
  const texts = moves.map((move) => new Set(writeHistory({ seed: 0, violation: '', moves: [move] }).match(NAMES)));
  const wanted = new Set<string>(violation.match(NAMES));
  for (let round = 0; round < rounds; round += 1) {
    const near = texts.filter((names) => [...names].some((name) => wanted.has(name)));
    near.flatMap((names) => [...names]).forEach((name) => wanted.add(name));
  }
  return moves.filter((move, index) => {
    const isAsked = move.kind === 'ask' || move.kind === 'plan';
    const isOpening = move.kind === 'ask' && move.request.content.type === 'OpenPool';
    const isNear = [...(texts[index] ?? [])].some((name) => wanted.has(name));
    return !isAsked || isOpening || isNear;
  });
}
