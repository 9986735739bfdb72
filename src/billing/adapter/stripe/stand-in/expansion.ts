import { err, ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, type ApiError } from './api-error.js';
import type { Collection } from './collections.js';
import type { UnitOfWork } from './unit-of-work.js';

type Node = Record<string, unknown>;

const DEPTH_MAX = 4;
const EXPANDABLE: ReadonlyMap<string, Collection> = new Map([
  ['balance_transaction', 'balance_transactions'],
  ['charge', 'charges'],
  ['customer', 'customers'],
  ['latest_charge', 'charges'],
  ['payment_intent', 'payment_intents'],
  ['payment_method', 'payment_methods'],
]);
/** Members that an answer has only where they are asked for. */
const INCLUDED: ReadonlySet<string> = new Set(['line_items', 'tax_breakdown']);
/** The source of a balance transaction may be many things, which their ids tell apart. */
const SOURCES: ReadonlyMap<string, Collection> = new Map([
  ['ch', 'charges'],
  ['dp', 'disputes'],
  ['re', 'refunds'],
  ['tr', 'transfers'],
  ['trr', 'transfer_reversals'],
]);

/** https://docs.stripe.com/api/expanding_objects: puts objects in the place of their ids. */
export function expandObject(
  object: object,
  paths: readonly string[],
  work: UnitOfWork,
): Result<object, ApiError> {
  if (paths.length === 0) return ok(object);
  const copy = structuredClone(object);
  for (const path of paths) {
    const steps = path.split('.');
    if (steps.length > DEPTH_MAX || !steps.every(isEverExpanded) || !expandStep(copy, steps, work)) {
      return err(unexpandable(path));
    }
  }
  return ok(copy);
}

/** Asked of what has no rows, or is not there yet, the same is refused as otherwise. */
const isEverExpanded = (step: string): boolean => EXPANDABLE.has(step) || INCLUDED.has(step) || ['source', 'data'].includes(step);

function expandStep(node: unknown, steps: readonly string[], work: UnitOfWork): boolean {
  const [step, ...rest] = steps;
  if (step === undefined || node === null) return true;
  if (Array.isArray(node)) return node.every((item) => expandStep(item, steps, work));
  if (typeof node !== 'object' || !Object.hasOwn(node, step)) return false;
  const holder = node as Node;
  return replaceId(holder, step, work) && expandStep(holder[step], rest, work);
}

/** False when the member can never hold an object of its own. */
function replaceId(holder: Node, name: string, work: UnitOfWork): boolean {
  const value = holder[name];
  const collection = name === 'source' ? SOURCES.get(String(value).split('_', 1)[0] ?? '') : EXPANDABLE.get(name);
  // The rows of a list are there already, and so is what is only there when it is asked for.
  if (collection === undefined) return INCLUDED.has(name) || (name === 'data' && Array.isArray(value));
  if (typeof value === 'string') holder[name] = structuredClone(work.get(collection, value));
  return true;
}

function unexpandable(path: string): ApiError {
  const message = `This property cannot be expanded (${path}).`;
  return invalidRequest(null, message, 'expand').error;
}
