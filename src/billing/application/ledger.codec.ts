import { z } from 'zod';
import {
  basisPoints,
  duration,
  instant,
  segments,
  text,
  whole,
  window,
} from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type { OrderId, OrganizationId, QuoteId, ReservationId, TeamId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { cardMoneySchemas, postings } from './card-money.codec.js';
import { TRANSFER_KINDS, type LedgerEvent } from '../model/ledger.events.js';
import { LOT_KINDS } from '../model/payout/earnings.state.js';
import { overagePartsSchema } from './overage-parts.codec.js';
import { controlShapes, spender } from './controls/controls.codec.js';

const money = whole<MicroUsd>();
const orderId = text<OrderId>();
const reservationId = text<ReservationId>();
const organizationId = text<OrganizationId>();
const kind = z.enum(TRANSFER_KINDS);
// Before there were credits nothing followed from a judgement.
const evidence = z.string().nullable().default(null);
// Before use was waited for, overage was of the month in which it was booked.
const month = z.string().nullable().default(null);
const transfers = z.array(
  z.object({ transferId: z.string(), toId: organizationId, kind, amount: money, evidence, parts: overagePartsSchema }),
);
const limitSpan = window.nullable();
// Before credits had limits none passed one.
const limited = z.object({ invoiceNumber: z.string(), passedOn: money }).nullable().default(null);
const claims = z.array(z.object({ creditId: z.string(), fromId: organizationId, amount: money, parts: overagePartsSchema }));
const split = z.object({
  sellerId: organizationId,
  providerId: organizationId,
  exchangeId: organizationId,
  royalty: basisPoints,
  fee: basisPoints,
});

const lot = z.object({
  ...{ kind: z.enum(LOT_KINDS), reservationId: reservationId.nullable() },
  ...{ payoutId: z.string().nullable(), earnedOn: instant, amount: money },
});
const payout = { payoutId: z.string(), amount: money, postings };
// What was bought before purchases were counted counts against no limit.
const spent = z.object({ spender, at: instant }).nullable().default(null);

// Before teams had budgets, nobody asked whose a cost was.
const teamId = text<TeamId>().nullable().default(null);
const teams = z.array(z.object({ teamId: text<TeamId>(), amount: money })).default([]);

/** How the books stand in the log. */
export const ledgerCodec: EventCodec<LedgerEvent> = defineCodec<LedgerEvent>({
  ...controlShapes,
  TopUpCredited: {
    schema: z.object({
      topUpId: z.string(),
      amount: money,
      paymentReference: z.string(),
      postings,
    }),
  },
  FundsReserved: {
    schema: z.object({ orderId, amount: money, request: z.string(), spent, postings }),
  },
  FundsReleased: {
    schema: z.object({ orderId, amount: money, endedAt: instant.nullable(), postings }),
  },
  EscrowFunded: {
    schema: z.object({
      ...{ orderId: orderId.nullable(), reservationId, split, window, grid: duration },
      ...{ amount: money, spent, postings },
      // What was paid before there were quotes is part of none.
      quoteId: text<QuoteId>().nullable().default(null),
    }),
    // Before there were orders, every payment came from the wallet.
    upcasts: [(payment) => ({ ...payment, orderId: null })],
  },
  DeliverySettled: {
    schema: z.object({ reservationId, window, amount: money, teams, transfers, postings }),
  },
  EscrowReleased: {
    schema: z.object({ reservationId, reason: z.string(), amount: money, postings }),
  },
  EscrowCancelled: {
    schema: z.object({
      ...{ reservationId, refund: money, fee: money, transfers, postings },
      // Before there were budgets nobody asked.
      cancelledAt: instant.nullable().default(null),
    }),
  },
  OverageCharged: {
    schema: z.object({
      ...{ reservationId, hour: instant, month, teamId, split, amount: money, collected: money },
      ...{ evidence, parts: overagePartsSchema, transfers, postings },
    }),
  },
  OverageReduced: {
    schema: z.object({
      ...{ reservationId, hour: instant, month, teamId, amount: money, forgiven: money, evidence: z.string() },
      claims,
      // Before it was said all of it were credits.
      creditedInvoice: z.string().nullable().default(null),
      parts: overagePartsSchema,
      postings,
    }),
  },
  OverageCollected: {
    schema: z.object({ reservationId, hour: instant, amount: money, transfers, postings }),
  },
  OveragesFinal: { schema: z.object({ before: instant, postings }) },
  EscrowCurtailed: {
    schema: z.object({
      ...{ reservationId, curtailmentId: z.string(), quantity: whole<Quantity>(), lost: segments },
      ...{ refund: money, isWhole: z.boolean(), postings },
    }),
  },
  PenaltyCharged: {
    schema: z.object({
      ...{ reservationId, curtailmentId: z.string(), holderId: organizationId },
      ...{ curtailedAt: instant, amount: money, collected: money, transfers, postings },
    }),
  },
  PenaltyCollected: {
    schema: z.object({
      ...{ reservationId, curtailmentId: z.string(), amount: money, transfers, postings },
    }),
  },
  CreditCharged: {
    schema: z.object({
      ...{ creditId: z.string(), reservationId, toId: organizationId, hour: instant },
      ...{ amount: money, evidence: z.string(), parts: overagePartsSchema, collected: money, transfers, postings },
      ...{ limited, claims: claims.default([]) },
    }),
  },
  CreditsLimited: {
    schema: z.object({
      ...{ invoiceNumber: z.string(), reservationId, issuerId: organizationId },
      ...{ delivered: limitSpan, used: limitSpan, givenBack: money, left: money, postings },
      // Before notes were set aside what was left was worked out before it was said.
      ...{ isCounted: z.boolean().default(true), watchedAfter: z.number().int().default(0), voided: z.array(z.string()).default([]) },
    }),
  },
  CreditCollected: {
    schema: z.object({
      ...{ creditId: z.string(), reservationId, amount: money, transfers, postings },
    }),
  },
  ...cardMoneySchemas,
  TransferReceived: {
    schema: z.object({
      ...{ transferId: z.string(), fromId: organizationId, kind, reservationId },
      ...{ amount: money, evidence, parts: overagePartsSchema, limited, postings },
      transfers: transfers.default([]),
      // Before there were payouts nobody asked when.
      receivedAt: instant.nullable().default(null),
    }),
  },
  TaxCharged: {
    schema: z.object({ invoiceNumber: z.string(), chargedAt: instant, amount: money, collected: money, postings }),
  },
  TaxCollected: { schema: z.object({ invoiceNumber: z.string(), amount: money, postings }) },
  TaxReturned: {
    schema: z.object({
      ...{ documentNumber: z.string(), invoiceNumber: z.string() },
      ...{ amount: money, forgiven: money, postings },
    }),
  },
  PayoutsOpened: { schema: z.object({ openedAt: instant, carriedOver: money, postings }) },
  PayoutStarted: { schema: z.object({ ...payout, startedAt: instant, lines: z.array(lot) }) },
  PayoutSent: { schema: z.object({ ...payout, transferId: z.string() }) },
  PayoutFailed: { schema: z.object({ ...payout, reason: z.string() }) },
  PayoutReversed: {
    schema: z.object({ ...payout, reversalId: z.string(), reversedAt: instant, reversedInAll: money }),
  },
  EarningsKept: { schema: z.object({ amount: money, postings }) },
});
