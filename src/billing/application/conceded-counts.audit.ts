import type { LogAudit } from '../../eventstore/log-audit.js';
import { ConcededCountAudit } from '../model/conceded-count.audit.js';
import { overDocuments } from './documents-and-books.audit.js';

/** Credit notes that settle counts beside all books. */
export const concededCountsAudit: LogAudit = overDocuments(({ isAwaited }) => new ConcededCountAudit(isAwaited));
