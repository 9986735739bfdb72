import type { SeededRandom } from './random.js';

/** The connection of one process to the store; cut when the process dies. */
export interface Line {
  isCut: boolean;
}

/** What a caller sees of a connection that broke: its request was carried out, or was not. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** How often a request, or the answer to one that was carried out, is lost: per cent. */
const LOSS_PERCENT = 2;
/** What a process sent just before it died still arrives this often: per cent. */
const LAST_WORDS_PERCENT = 50;

/** Ends once everything has happened that needs neither a new delivery nor another turn. */
const untilStill = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * What is on its way between processes and the store. Nothing arrives by itself: the simulation
 * delivers one message at a time, in an order that only its seed decides, so every interleaving of
 * two processes can come about, and comes about again from the same seed.
 */
export class Network {
  readonly counts = { delivered: 0, requestsLost: 0, answersLost: 0, sentAhead: 0 };
  private readonly messages: (() => void)[] = [];
  private isCalm = false;

  constructor(private readonly random: SeededRandom) {}

  /** Sends a request to the store and brings its answer back; each way takes a delivery. */
  async exchange<T>(line: Line, operation: () => Promise<T>): Promise<T> {
    this.assertConnected(line);
    await this.travel();
    if (line.isCut && !this.random.chance(LAST_WORDS_PERCENT)) this.assertConnected(line);
    this.perhapsLose('requestsLost');
    const answer = await operation();
    await this.travel();
    this.assertConnected(line);
    this.perhapsLose('answersLost');
    return answer;
  }

  /** How many messages are on their way. */
  get travelling(): number {
    return this.messages.length;
  }

  /** Lets some arrive, in any order. */
  async deliver(countMax: number): Promise<void> {
    for (let count = 0; count < countMax && this.travelling > 0; count += 1) {
      const [arrive] = this.messages.splice(this.random.integer(0, this.travelling - 1), 1);
      this.counts.delivered += 1;
      arrive?.();
      await untilStill();
    }
  }

  /** Delivers until nothing is on its way any more; nothing more is lost meanwhile. */
  async calmDown(): Promise<void> {
    this.isCalm = true;
    await untilStill();
    while (this.travelling > 0) {
      await this.deliver(1);
      // A writer waits a turn for callers to join, and only then sends what has gathered.
      if (this.travelling === 0) await untilStill();
    }
    this.isCalm = false;
  }

  private travel(): Promise<void> {
    return new Promise((resolve) => this.messages.push(resolve));
  }

  private assertConnected(line: Line): void {
    if (line.isCut) throw new ConnectionLostError('the process is gone');
  }

  private perhapsLose(what: 'requestsLost' | 'answersLost'): void {
    if (this.isCalm || !this.random.chance(LOSS_PERCENT)) return;
    this.counts[what] += 1;
    throw new ConnectionLostError(what);
  }
}

/** Of a process that only reads: it is next to the store, and nobody waits for its messages. */
export class ShortLine extends Network {
  override async exchange<T>(_line: Line, operation: () => Promise<T>): Promise<T> {
    return operation();
  }
}
