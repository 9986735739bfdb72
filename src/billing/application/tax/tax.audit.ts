import type { LogAudit } from '../../../eventstore/log-audit.js';
import { TaxAudit } from '../../model/tax/tax.audit.js';
import { overDocuments } from '../documents-and-books.audit.js';

/** Invoices and credit notes beside all books. */
export const taxAudit: LogAudit = overDocuments(() => new TaxAudit());
