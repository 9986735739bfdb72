import type { JsonOf } from '../../eventstore/stream-definition.js';
import { formatUsd } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import type { InvoiceRejection } from '../model/invoice-register.js';

export function showInvoiceRejection(rejection: JsonOf<InvoiceRejection>): object {
  const { code, ...found } = rejection;
  const data = { number: null, endsAt: null, available: null, ...found };
  return { __typename: 'InvoiceRejection', code, message: messageOf(rejection), ...data };
}

function messageOf(rejection: JsonOf<InvoiceRejection>): string {
  switch (rejection.code) {
    case 'ALREADY_ISSUED':
      return `the month has invoice ${rejection.number}`;
    case 'MONTH_NOT_OVER':
      return `the month is over at ${formatInstant(rejection.endsAt)}`;
    case 'NOT_SETTLED':
      return 'delivery of the month is still being settled: try again in a minute, with a new key';
    case 'NOTHING_TO_INVOICE':
      return 'nothing was charged or credited in this month';
    case 'INVOICE_NOT_FOUND':
      return 'there is no invoice of that number';
    case 'INVOICE_VOID':
      return 'the invoice is void: its month is open again';
    case 'INVOICE_PAID':
      return 'the invoice is paid: a credit note gives back what it charged too much';
    case 'INVOICE_CREDITED':
      return 'a credit note corrects the invoice already';
    case 'LATER_INVOICE':
      return `invoice ${rejection.number} was issued since: a credit note corrects this one`;
    case 'CREDIT_TOO_HIGH':
      return `at most ${formatUsd(BigInt(rejection.available))} USD of what it charged for the reservation are left`;
  }
}
