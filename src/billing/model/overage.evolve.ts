import { present } from '../../kernel/assert.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { OverageCharged, OverageCollected, OverageReduced, OveragesFinal } from './ledger.events.js';
import { countForgiven, setNoteAside } from './credit-limit.js';
import { addParts, asCredit } from './overage-parts.js';
import { overageKey, type Ledger, type Overage } from './ledger.state.js';

export function overageCharged(ledger: Ledger, event: OverageCharged): Ledger {
  const { reservationId, hour, split, amount, collected, parts } = event;
  const key = overageKey(reservationId, hour);
  const known = ledger.overages.get(key) ?? { charged: 0n, collected: 0n, parts: [], reductions: 0 };
  ledger.overages.set(key, {
    ...{ reservationId, hour, split },
    charged: (known.charged + amount) as MicroUsd,
    collected: (known.collected + collected) as MicroUsd,
    parts: addParts(known.parts, parts),
    reductions: known.reductions,
  });
  return ledger;
}

export function overageCollected(ledger: Ledger, event: OverageCollected): Ledger {
  const key = overageKey(event.reservationId, event.hour);
  const known = present(ledger.overages.get(key), `overage ${key}`);
  const collected = (known.collected + event.amount) as MicroUsd;
  const paid = { ...known, collected };
  if (isOver(paid, ledger.overagesFinalBefore)) ledger.overages.delete(key);
  else ledger.overages.set(key, paid);
  return ledger;
}

export function overagesFinal(ledger: Ledger, { before }: OveragesFinal): Ledger {
  ledger.overagesFinalBefore = before;
  for (const [key, overage] of ledger.overages) {
    if (isOver(overage, before)) ledger.overages.delete(key);
  }
  return ledger;
}

/** Nothing is owed for it, and nothing will be. */
export function isOver({ hour, charged, collected }: Overage, before: Instant): boolean {
  return hour < before && charged === collected;
}

export function overageReduced(ledger: Ledger, event: OverageReduced): Ledger {
  const key = overageKey(event.reservationId, event.hour);
  const known = present(ledger.overages.get(key), `overage ${key}`);
  const { reservationId, creditedInvoice: invoiceNumber, amount } = event;
  if (invoiceNumber === null) countForgiven(ledger, event);
  else setNoteAside(ledger, { reservationId, invoiceNumber }, amount);
  ledger.overages.set(key, {
    ...known,
    charged: (known.charged - event.amount) as MicroUsd,
    collected: (known.collected - (event.amount - event.forgiven)) as MicroUsd,
    parts: addParts(known.parts, asCredit([...event.parts, ...event.claims.flatMap(({ parts }) => parts)])),
    reductions: known.reductions + 1,
  });
  return ledger;
}
