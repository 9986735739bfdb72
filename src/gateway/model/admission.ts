import { capacityOf, refill, roomIn, take, waitFor, type Bucket, type Supply } from './bucket.js';
import { rankOf, TIERS, type Tier } from './tier.js';

/** A request that wants in. Its estimate is the most it can cost. */
export interface Entry {
  readonly id: string;
  /** The API key: an organization's keys share alike. */
  readonly keyId: string;
  readonly tier: Tier;
  /** Weighted, in ten-thousandths of a token. */
  readonly estimate: bigint;
  /** Waits no longer than this, in milliseconds; null: as long as its tier does. */
  readonly patienceMs: number | null;
}

interface Waiting extends Entry {
  /** When it gives up. */
  readonly until: number;
  /** Its place among the tier's keys. */
  readonly startTag: bigint;
}

/** One key's requests of one tier. */
interface KeyLine {
  readonly queue: Waiting[];
  /** Where its last request ends in virtual time. */
  finishTag: bigint;
}

/**
 * Those of a tier that wait: start-time fair queueing. Each request starts in virtual time where its key's
 * last one ends, or now; the earliest start goes first. So keys share by what they use, not by how
 * often they ask, and between two that both keep waiting the difference is at most a request of each.
 */
interface TierLine {
  readonly keys: Map<string, KeyLine>;
  /** Virtual time: where the request that was served last starts. */
  virtual: bigint;
}

/** Everything one reservation has admitted and keeps waiting, in one process. */
export interface Admission {
  readonly bucket: Bucket;
  readonly lines: Readonly<Record<Tier, TierLine>>;
  waiting: number;
}

export type Refusal =
  /** It can never be admitted: `max` is the most that could be. */
  | { readonly kind: 'too-large'; readonly max: bigint }
  /** Not soon enough for its tier, or too many wait: when to try again. */
  | { readonly kind: 'over-limit' | 'shed'; readonly retryAfterMs: number };

export type Answer =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What became of those that waited. */
export interface Served {
  readonly admitted: readonly string[];
  readonly refused: readonly { readonly id: string; readonly refusal: Refusal }[];
}

export const ADMISSION_LIMITS = {
  waitingMax: 256,
  /** How long a request waits at most, in milliseconds. */
  patience: { fast: 1_000, priority: 2_000, standard: 5_000, batch: 30_000 },
  /** Batch leaves this part of the bucket to others. */
  batchKeeps: 4n,
  /** What nobody waits for leaves this part. */
  idleKeeps: 2n,
} as const;

export function newAdmission(bucket: Bucket): Admission {
  const line = (): TierLine => ({ keys: new Map(), virtual: 0n });
  const lines = { fast: line(), priority: line(), standard: line(), batch: line() };
  return { bucket, lines, waiting: 0 };
}

/** What must be left in the bucket when a request of a tier is admitted. */
export function keptFor(tier: Tier, rate: bigint): bigint {
  return tier === 'batch' ? capacityOf(rate) / ADMISSION_LIMITS.batchKeeps : 0n;
}

function fits({ bucket }: Admission, supply: Supply, { estimate, tier }: Entry): boolean {
  return roomIn(bucket, supply) >= estimate + keptFor(tier, supply.rate);
}

/**
 * Admits a request, lets it wait, or refuses it. Whoever waits at its tier or above goes first. When too
 * many wait, the last of the lowest tier below its own makes room.
 */
export function ask(
  admission: Admission,
  entry: Entry,
  supply: Supply,
  now: number,
): { readonly answer: Answer; readonly served: Served } {
  // What is too large fits nowhere: it is refused below.
  if (admitNow(admission, entry, supply, now)) {
    return { answer: { kind: 'admitted' }, served: NOBODY };
  }
  return queueUp(admission, entry, supply, now);
}

/** Lets a request wait, or refuses it: it cannot be admitted now. */
export function queueUp(
  admission: Admission,
  entry: Entry,
  supply: Supply,
  now: number,
): ReturnType<typeof ask> {
  refill(admission.bucket, supply, now);
  const max = capacityOf(supply.rate) - keptFor(entry.tier, supply.rate);
  const refuse = (refusal: Refusal, served = NOBODY): ReturnType<typeof ask> => ({
    answer: { kind: 'refused', refusal },
    served,
  });
  if (entry.estimate > max) return refuse({ kind: 'too-large', max });
  const wait = waitOf(admission, supply, entry);
  const patience = patienceOf(entry);
  if (wait > patience) return refuse({ kind: 'over-limit', retryAfterMs: wait });
  let served = NOBODY;
  if (admission.waiting >= ADMISSION_LIMITS.waitingMax) {
    const shed = shedBelow(admission, entry.tier);
    if (shed === null) return refuse({ kind: 'shed', retryAfterMs: wait });
    served = { ...NOBODY, refused: [{ id: shed.id, refusal: { kind: 'shed', retryAfterMs: wait } }] };
  }
  enqueue(admission, entry, now + patience);
  return { answer: { kind: 'waiting' }, served };
}

/** Admits a request if nobody goes before it and there is room; else nothing changes. */
export function admitNow(admission: Admission, entry: Entry, supply: Supply, now: number): boolean {
  refill(admission.bucket, supply, now);
  const isIn = isFirst(admission, entry) && fits(admission, supply, entry);
  if (isIn) take(admission.bucket, entry.estimate);
  return isIn;
}

function patienceOf({ tier, patienceMs }: Entry): number {
  const patience = ADMISSION_LIMITS.patience[tier];
  return patienceMs === null ? patience : Math.min(patience, patienceMs);
}

/** What must be left in the bucket when something is admitted that nobody waits for. */
export const idleKept = (rate: bigint): bigint => capacityOf(rate) / ADMISSION_LIMITS.idleKeeps;

/** Admits what nobody waits for: when nobody else waits, and half of the bucket is left. */
export function admitIdle(admission: Admission, entry: Entry, supply: Supply, now: number): boolean {
  refill(admission.bucket, supply, now);
  const needs = entry.estimate + idleKept(supply.rate);
  const isIn = admission.waiting === 0 && roomIn(admission.bucket, supply) >= needs;
  if (isIn) take(admission.bucket, entry.estimate);
  return isIn;
}

const NOBODY: Served = { admitted: [], refused: [] };

/** Whether nobody that waits goes before it. */
export function isFirst({ lines }: Admission, { tier }: Entry): boolean {
  return TIERS.every((other) => rankOf(other) > rankOf(tier) || lines[other].keys.size === 0);
}

/** How long until it would be its turn, if nobody more urgent comes. */
function waitOf({ bucket, lines }: Admission, supply: Supply, { tier, estimate }: Entry): number {
  let ahead = estimate + keptFor(tier, supply.rate);
  for (const other of TIERS.slice(0, rankOf(tier) + 1)) {
    for (const { queue } of lines[other].keys.values()) {
      for (const waiting of queue) ahead += waiting.estimate;
    }
  }
  const capacity = capacityOf(supply.rate);
  const first = waitFor(bucket, supply, ahead < capacity ? ahead : capacity) ?? supply.hourLeftMs;
  const rest = ahead > capacity && supply.rate > 0n ? (ahead - capacity) / (supply.rate * 10n) : 0n;
  return Math.max(1, first + Number(rest));
}

function enqueue(admission: Admission, entry: Entry, until: number): void {
  const { keys, virtual } = admission.lines[entry.tier];
  const key = keys.get(entry.keyId) ?? { queue: [], finishTag: virtual };
  const startTag = key.finishTag > virtual ? key.finishTag : virtual;
  key.finishTag = startTag + entry.estimate;
  key.queue.push({ ...entry, until, startTag });
  keys.set(entry.keyId, key);
  admission.waiting += 1;
}

function shedBelow(admission: Admission, tier: Tier): Waiting | null {
  for (const lower of TIERS.slice(rankOf(tier) + 1).reverse()) {
    const last = [...admission.lines[lower].keys.values()].flatMap(({ queue }) => queue.at(-1) ?? []);
    const shed = last.reduce<Waiting | null>(
      (latest, one) => (latest === null || one.startTag >= latest.startTag ? one : latest),
      null,
    );
    if (shed === null) continue;
    remove(admission, shed);
    return shed;
  }
  return null;
}

function remove(admission: Admission, { tier, keyId, id }: Entry): void {
  const { keys } = admission.lines[tier];
  const key = keys.get(keyId);
  const index = key?.queue.findIndex((one) => one.id === id) ?? -1;
  if (key === undefined || index === -1) return;
  key.queue.splice(index, 1);
  if (key.queue.length === 0) keys.delete(keyId);
  admission.waiting -= 1;
}

/** Its client went away. */
export function withdraw(admission: Admission, entry: Entry): void {
  remove(admission, entry);
}

/**
 * Admits whose turn it is: tiers in order, keys of a tier in virtual time. Stops at the first that must
 * wait for more to flow in, so that nobody small overtakes for ever. Then those give up that waited
 * long enough, or that a lower rate can never serve.
 */
export function serve(admission: Admission, supply: Supply, now: number): Served {
  refill(admission.bucket, supply, now);
  const tooLarge = refuseTooLarge(admission, supply);
  const admitted: string[] = [];
  for (let head = headOf(admission); head !== null; head = headOf(admission)) {
    if (!fits(admission, supply, head)) break;
    take(admission.bucket, head.estimate);
    letIn(admission, head);
    admitted.push(head.id);
  }
  return { admitted, refused: [...tooLarge, ...refuseLate(admission, supply, now)] };
}

/** What a lower rate can never serve. */
export function refuseTooLarge(admission: Admission, supply: Supply): Served['refused'] {
  return waitingIn(admission).flatMap((waiting) => {
    const max = capacityOf(supply.rate) - keptFor(waiting.tier, supply.rate);
    return waiting.estimate > max ? [leave(admission, waiting, { kind: 'too-large', max })] : [];
  });
}

/** Who has waited long enough. */
export function refuseLate(admission: Admission, supply: Supply, now: number): Served['refused'] {
  return waitingIn(admission).flatMap((waiting) => {
    if (waiting.until > now) return [];
    const retryAfterMs = waitOf(admission, supply, waiting);
    return [leave(admission, waiting, { kind: 'over-limit', retryAfterMs })];
  });
}

/** Takes whoever is next out of the line, if it still waits: it is admitted. */
export function letIn(admission: Admission, head: Entry): boolean {
  const line = admission.lines[head.tier];
  const waiting = line.keys.get(head.keyId)?.queue.find(({ id }) => id === head.id);
  if (waiting === undefined) return false;
  line.virtual = waiting.startTag;
  remove(admission, waiting);
  return true;
}

function leave(admission: Admission, waiting: Waiting, refusal: Refusal): Served['refused'][number] {
  remove(admission, waiting);
  return { id: waiting.id, refusal };
}

function waitingIn({ lines }: Admission): readonly Waiting[] {
  return TIERS.flatMap((tier) => [...lines[tier].keys.values()].flatMap(({ queue }) => queue));
}

/** Whose turn it is: of the most urgent tier, the earliest in virtual time; null: nobody waits. */
export function headOf({ lines }: Admission): Entry | null {
  const heads = TIERS.map((tier) => headOfTier(lines[tier]));
  return heads.find((head) => head !== null) ?? null;
}

function headOfTier({ keys }: TierLine): Waiting | null {
  let first: Waiting | null = null;
  for (const { queue } of keys.values()) {
    const [head] = queue;
    if (head !== undefined && (first === null || head.startTag < first.startTag)) first = head;
  }
  return first;
}

/** Milliseconds until somebody that waits may be admitted or gives up; null: nobody waits. */
export function nextAt(admission: Admission, supply: Supply, now: number): number | null {
  const first = headOf(admission);
  if (first === null) return null;
  const patience = Math.min(...waitingIn(admission).map(({ until }) => until - now));
  const needs = first.estimate + keptFor(first.tier, supply.rate);
  const filled = waitFor(admission.bucket, supply, needs) ?? patience;
  return Math.max(1, Math.min(patience, filled));
}
