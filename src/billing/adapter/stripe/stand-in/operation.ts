import { ok, type Result } from '../../../../kernel/result.js';
import type { ApiError } from './api-error.js';
import type { ResourceFactory } from './resources.js';
import type { UnitOfWork } from './unit-of-work.js';

/** One validated request. */
export interface Call<Params> {
  /** The object that the URL names; empty where it names none. */
  readonly id: string;
  readonly params: Params;
  readonly work: UnitOfWork;
  readonly make: ResourceFactory;
}

/** The object to answer with, or the refusal. */
export type Answer = Result<object, ApiError>;

/** Something that happens at Stripe by itself. */
export type Happening = (context: Pick<Call<unknown>, 'work' | 'make'>) => Answer;

export interface Operation<Params> {
  /**
   * The parameters that have an effect here. Stripe takes more; the stand-in refuses them rather
   * than to pretend.
   */
  readonly modelled: readonly (keyof Params & string)[];
  readonly handle: (call: Call<Params>) => Answer;
}

/** The operations on one resource, by their names in data/stripe/routes.json. */
export type OperationTable = Readonly<Record<string, Operation<never>>>;

/** Metadata as it is stored: an empty value unsets its key. */
export function metadataOf(
  given: '' | Readonly<Record<string, string | number | null>> | null | undefined,
): Record<string, string> {
  if (given === '' || given === null || given === undefined) return {};
  const set = Object.entries(given).filter(([, value]) => value !== '' && value !== null);
  return Object.fromEntries(set.map(([key, value]) => [key, String(value)]));
}

/** Stripe answers with null what a request has left out. */
export const orNull = <T>(given: T | undefined): T | null => given ?? null;

/** A refusal of the first thing that is wrong, or null. */
export function firstRefusal(
  ...checks: readonly (() => Result<unknown, ApiError>)[]
): Result<never, ApiError> | null {
  for (const check of checks) {
    const result = check();
    if (!result.ok) return result;
  }
  return null;
}

export const PASSED = ok(null);
