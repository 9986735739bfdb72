import type { OrganizationId } from '../../kernel/ids.js';
import type { ReportRequest, Stored } from './usage-store.js';

/** Stores requests of one organization as one; an outcome for each. When one is not stored, none is. */
export type StoreTogether = (
  organizationId: OrganizationId,
  requests: readonly ReportRequest[],
) => Promise<readonly Stored[]>;

/** Events, in requests of up to a thousand: how many are stored together, and how many may wait. */
export interface GroupLimits {
  readonly together: number;
  readonly waiting: number;
}

export const GROUP_LIMITS: GroupLimits = { together: 2_000, waiting: 50_000 };

/** More waits of one organization than is stored in a moment. Nothing has begun: the same may be sent again. */
export class TooMuchWaitsError extends Error {
  override readonly name = 'TooMuchWaitsError';
  readonly code = 'BUSY';
  constructor() {
    super('too many usage events wait to be stored; send the same again');
  }
}

interface Queue {
  readonly requests: Waiting[];
  events: number;
}

interface Waiting {
  readonly request: ReportRequest;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Requests of an organization that come while one of its is being stored gather, and are stored together:
 * a transaction costs nearly the same for many as for one. Each has an answer of its own. What another
 * organization sends is never waited for, and what is wrong with one request never fails another.
 */
export class UsageGroups {
  /** Of organizations that are being served. */
  private readonly queues = new Map<OrganizationId, Queue>();

  constructor(
    private readonly together: StoreTogether,
    private readonly limits: GroupLimits = GROUP_LIMITS,
  ) {}

  /** @throws TooMuchWaitsError nothing was stored */
  store(request: ReportRequest): Promise<Stored> {
    const { organizationId } = request.reporter;
    const queue = this.queues.get(organizationId) ?? { requests: [], events: 0 };
    if (queue.events >= this.limits.waiting) throw new TooMuchWaitsError();
    return new Promise((resolve, reject) => {
      queue.requests.push({ request, resolve, reject });
      queue.events += request.reports.length;
      if (this.queues.has(organizationId)) return;
      this.queues.set(organizationId, queue);
      void this.serve(organizationId, queue);
    });
  }

  private async serve(organizationId: OrganizationId, queue: Queue): Promise<void> {
    while (queue.requests.length > 0) await this.storeGroup(organizationId, this.take(queue));
    this.queues.delete(organizationId);
  }

  /** As many from the front as go together; the first one always. */
  private take(queue: Queue): readonly Waiting[] {
    const names = new Set<string>();
    let count = 0;
    for (const { request } of queue.requests) {
      if (count > 0 && !this.goesAlong(request, names)) break;
      for (const { name } of request.reports) names.add(name);
      count += 1;
      if (isApart(request)) break;
    }
    const group = queue.requests.splice(0, count);
    queue.events -= names.size;
    return group;
  }

  private goesAlong(request: ReportRequest, names: ReadonlySet<string>): boolean {
    const { reports } = request;
    if (isApart(request) || names.size + reports.length > this.limits.together) return false;
    return !reports.some(({ name }) => names.has(name));
  }

  private async storeGroup(organizationId: OrganizationId, group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.together(organizationId, group.map(({ request }) => request));
      if (group.length === 1 || outcomes.every(({ kind }) => kind === 'stored')) {
        group.forEach(({ resolve }, index) => resolve(outcomes[index] as Stored));
        return;
      }
    } catch (error) {
      if (group.length === 1 || !isRefused(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
    }
    for (const one of group) await this.storeGroup(organizationId, [one]);
  }
}

/** A correction may be of what came just before it. */
const isApart = ({ reports }: ReportRequest): boolean => reports.some(({ report }) => report.corrects !== null);

/** The database refused what it was given (SQLSTATE classes 22 and 23): it is surely rolled back, and one's fault. */
function isRefused(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^2[23]...$/.test(code);
}
