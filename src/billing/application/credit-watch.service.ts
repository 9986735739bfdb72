import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../eventstore/command-context.js';
import { streamId } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import { OrganizationDirectory } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { chargeOf } from '../model/charge.js';
import { chargedSpans, limitNamed } from '../model/credit-limit.js';
import type { CreditLimit } from '../model/credit-limit.state.js';
import { creditableBy, creditsSince, firstMonthOf } from '../model/creditable.js';
import type { InvoiceIssued } from '../model/invoice-register.events.js';
import { closingsOf } from '../model/invoice-register.state.js';
import type { LedgerEvent } from '../model/ledger.events.js';
import { BooksQueries, type PostedCredit } from '../projection/books.queries.js';
import { InvoiceService } from './invoice.service.js';
import { ledgerCodec } from './ledger.codec.js';
import { LedgerService } from './ledger.service.js';

/** A charge of an invoice: all of one reservation. */
export interface WatchedCharge {
  readonly organizationId: OrganizationId;
  readonly invoiceNumber: string;
  readonly reservationId: ReservationId;
}

const PAGE = 1_000;

/**
 * What may still come back of a charge, as its customer's books know it. They are told to watch it; what was credited until
 * then stands before that word in the log, and is read there once; everything since is counted as it arrives. Each step has a
 * key of its own, so that it may be asked for any number of times, by whoever comes first.
 */
@Injectable()
export class CreditWatch {
  constructor(
    @Inject(PostgresEventStore) private readonly store: PostgresEventStore,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(BooksQueries) private readonly books: BooksQueries,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
  ) {}

  /** Sets aside what a note is to give back; what is left, where that is too little. */
  async setAside(charge: WatchedCharge, requestId: string, amount: MicroUsd): Promise<MicroUsd | null> {
    await this.count(charge);
    const outcome = await this.limit(charge, `${requestId} set aside`, { creditedBefore: ZERO_USD, amount });
    if (outcome.accepted) return null;
    const { rejection } = outcome;
    if (rejection.code !== 'CREDIT_TOO_HIGH') throw new Error(`${charge.invoiceNumber}: ${rejection.code}`);
    return microUsd(BigInt(rejection.available));
  }

  /** From now on no credit on the charge stays beyond what notes left of it. Not of a void invoice, which charges nothing. */
  async count(charge: WatchedCharge): Promise<void> {
    const known = await this.known(charge);
    if (known?.isCounted === true) return;
    const invoice = await this.invoiceOf(charge);
    if (invoice === null) return;
    if (known === undefined) await this.watch(charge, invoice);
    const creditedBefore = await this.creditedBefore(charge, invoice);
    await this.limit(charge, `${charge.invoiceNumber} ${charge.reservationId} counted`, { creditedBefore, amount: ZERO_USD });
  }

  /** Also notes from before they were set aside. */
  async countIssued(charge: WatchedCharge, number: string): Promise<void> {
    await this.count(charge);
    if ((await this.known(charge)) === undefined) return;
    await this.limit(charge, number, { creditedBefore: ZERO_USD, amount: ZERO_USD });
  }

  private known({ organizationId, ...about }: WatchedCharge): Promise<CreditLimit | undefined> {
    return this.ledger.read(organizationId, (books) => limitNamed(books, about));
  }

  private async limit(
    { organizationId, ...about }: WatchedCharge,
    key: string,
    counted: { readonly creditedBefore: MicroUsd; readonly amount: MicroUsd },
  ): ReturnType<LedgerService['execute']> {
    const givenBack = await this.givenBack(about);
    return this.ledger.execute(organizationId, { type: 'LimitCredits', ...about, ...counted, givenBack }, systemContext('limit-credits', key));
  }

  private givenBack({ invoiceNumber, reservationId }: Omit<WatchedCharge, 'organizationId'>): Promise<MicroUsd> {
    return this.invoices.read(({ invoices }) => invoices.get(invoiceNumber)?.credited.get(reservationId) ?? ZERO_USD);
  }

  private async watch({ organizationId, ...about }: WatchedCharge, { lines }: InvoiceIssued): Promise<void> {
    const { version: watchedAfter } = await this.store.readHead(streamId('ledger', organizationId));
    const voided = await this.invoices.read(({ invoices }) =>
      [...invoices].filter(([, one]) => one.organizationId === organizationId && one.status === 'void').map(([number]) => number),
    );
    const issuerId = await this.directory.platformOrganizationId();
    const held = await this.books.held(organizationId, [about.reservationId]);
    const charged = creditableBy(lines, [], held).get(about.reservationId)?.charged ?? ZERO_USD;
    const givenBack = await this.givenBack(about);
    const command = { type: 'WatchCredits', ...about, issuerId, ...chargedSpans(lines, about.reservationId), givenBack, charged, voided, watchedAfter } as const;
    await this.ledger.execute(organizationId, command, systemContext('watch-credits', `${about.invoiceNumber} ${about.reservationId}`));
  }

  /** Null: it is void. */
  private async invoiceOf({ organizationId, invoiceNumber }: WatchedCharge): Promise<InvoiceIssued | null> {
    const closing = await this.invoices.read((register) => closingsOf(register, organizationId).find(({ number }) => number === invoiceNumber) ?? null);
    return closing === null ? null : (await this.invoices.issued(closing)).invoice;
  }

  /** What was credited on the charge before the word in the log that it is watched: the same, whenever it is asked. */
  private async creditedBefore(charge: WatchedCharge, { lines, month, issuedAt }: InvoiceIssued): Promise<MicroUsd> {
    const { organizationId, reservationId } = charge;
    const through = await this.watchedAt(charge);
    const read = await this.books.credits({ organizationId, reservationIds: [reservationId], since: firstMonthOf(month, lines) });
    const credits = [...read.credits, ...(await this.creditsIn(charge, read.through, through))].filter(({ version }) => version <= through);
    const held = await this.books.held(organizationId, [reservationId]);
    return creditableBy(lines, creditsSince(credits, lines, issuedAt), held).get(reservationId)?.serviceCredits ?? ZERO_USD;
  }

  /** The version of the books that says so. */
  private async watchedAt(charge: WatchedCharge): Promise<number> {
    const { watchedAfter } = present(await this.known(charge), `what is watched of ${charge.invoiceNumber}`);
    for await (const { version, event } of this.events(charge.organizationId, watchedAfter, 'CreditsLimited')) {
      if (event.type === 'CreditsLimited' && event.invoiceNumber === charge.invoiceNumber && event.reservationId === charge.reservationId) return version;
    }
    throw new Error(`nothing in the log says that ${charge.invoiceNumber} is watched`);
  }

  /** What the read model does not have yet is in the log. */
  private async creditsIn({ organizationId, reservationId }: WatchedCharge, after: number, through: number): Promise<readonly PostedCredit[]> {
    const found: PostedCredit[] = [];
    if (after >= through) return found;
    for await (const { version, event, postedAt } of this.events(organizationId, after, null)) {
      if (version > through) break;
      const charge = chargeOf(event, postedAt);
      if (charge?.kind === 'credit' && charge.reservationId === reservationId) found.push({ ...charge, version, postedAt });
    }
    return found;
  }

  /** Events of the books after a version, in their order; those of one type alone are read. */
  private async *events(organizationId: OrganizationId, after: number, type: string | null): AsyncGenerator<BookedEvent> {
    const stream = streamId('ledger', organizationId);
    for (let through = after; ; ) {
      const page = await this.store.readStream(stream, through, PAGE);
      for (const recorded of page) {
        if (type !== null && recorded.type !== type) continue;
        yield { version: recorded.version, event: ledgerCodec.decode(recorded), postedAt: recorded.occurredAt };
      }
      if (page.length < PAGE) return;
      through = page.at(-1)?.version ?? through;
    }
  }
}

interface BookedEvent {
  readonly version: number;
  readonly event: LedgerEvent;
  readonly postedAt: Instant;
}
