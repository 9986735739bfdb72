import { z } from 'zod';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { OutboxMessage } from '../../eventstore/event-store.js';
import type { StreamId } from '../../eventstore/event.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import {
  ceilToGrid,
  DAY_MS,
  HOUR_MS,
  plus,
  type Duration,
  type Instant,
} from '../../kernel/time.js';
import { durationOf, type Window } from '../../kernel/window.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { auditLedger } from '../model/ledger.audit.js';
import type { LedgerCommand, LedgerRejection } from '../model/ledger.commands.js';
import { ledgerDecider } from '../model/ledger.decide.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import { balanceOf, type Ledger } from '../model/ledger.state.js';
import { ledgerCodec } from './ledger.codec.js';

const CATEGORY = 'ledger';

/** What a caller is told: the wallet afterwards, micro-USD as decimal text. */
export interface LedgerAnswer {
  readonly wallet: string;
}

/** Pays out what a reservation has delivered by an instant, and asks for the next time. */
export const settleDeliveryJob = jobType(
  'billing',
  'settle-delivery',
  z.object({ organizationId: z.string(), reservationId: z.string(), at: z.number().int() }),
);

/** Up to two days are settled hour by hour, more day by day: jobs stay few. */
const HOURLY_UP_TO = (2 * DAY_MS) as Duration;

/** When delivery is looked at next: the end of an hour or a day, and the end of the window. */
export function nextSettlement(window: Window, settledThrough: Instant, grid: Duration): Instant {
  const pace = Math.max(grid, durationOf(window) <= HOURLY_UP_TO ? HOUR_MS : DAY_MS) as Duration;
  return Math.min(ceilToGrid(plus(settledThrough, 1), pace), window.end) as Instant;
}

function settleAt(stream: StreamId, reservationId: ReservationId, at: Instant): OutboxMessage {
  const organizationId = stream.slice(CATEGORY.length + 1) as OrganizationId;
  const payload = { organizationId, reservationId, at };
  return toMessage(settleDeliveryJob, payload, { runAt: at, dedupeKey: `${reservationId} ${at}` });
}

function schedule(event: LedgerEvent, stream: StreamId): readonly OutboxMessage[] {
  if (event.type !== 'EscrowFunded') return [];
  const { reservationId, window, grid } = event;
  return [settleAt(stream, reservationId, nextSettlement(window, window.start, grid))];
}

/** Everything the log knows of money: one stream for each organization, `ledger-<organization>`. */
export const ledgerDefinition: StreamDefinition<
  Ledger,
  LedgerCommand,
  LedgerEvent,
  LedgerRejection,
  LedgerAnswer
> = {
  category: CATEGORY,
  decider: ledgerDecider,
  codec: ledgerCodec,
  answer: (_command, _events, ledger) => ({ wallet: balanceOf(ledger, 'wallet').toString() }),
  schedule,
  snapshot: jsonSnapshot<Ledger>({ schemaVersion: 2, everyEvents: 2_000 }),
  audit: auditLedger,
};
