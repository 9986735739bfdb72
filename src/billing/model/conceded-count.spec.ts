import { EXCHANGE, eventsOf, LedgerStory, overage, posted, reservation, SELLER, topUp, usd, type Untimed } from '../../../test/support/ledger.js';
import { hour } from '../../../test/support/market.js';
import { formatInstant } from '../../kernel/time.js';
import { auditLedger } from './ledger.audit.js';
import { chargeOf } from './charge.js';
import { limitNamed } from './credit-limit.js';
import type { OverageReduced } from './ledger.events.js';

const R = reservation('R');
/** HR-1 charged 60 for use in this hour and 40 for capacity, and notes gave some back. */
const watched = (givenBack: number, invoiceNumber = 'HR-1', voided: readonly string[] = []): Untimed => ({
  ...{ type: 'WatchCredits', invoiceNumber, reservationId: R, issuerId: EXCHANGE, charged: usd(100), givenBack: usd(givenBack) },
  ...{ delivered: { start: hour(0), end: hour(4) }, used: { start: hour(1), end: hour(2) }, voided, watchedAfter: 0 },
});
const about = (amount: number, invoiceNumber = 'HR-1'): Untimed => ({
  ...{ type: 'LimitCredits', invoiceNumber, reservationId: R, creditedBefore: usd(0), givenBack: usd(0), amount: usd(amount) },
});
const conceded = (total: number, charged = 60, invoiceNumber = 'HR-1'): Untimed =>
  ({ ...overage('R', hour(1), total), invoiced: { invoiceNumber, charged: usd(charged) } }) as Untimed;
const story = (wallet: number, ...given: readonly Untimed[]): LedgerStory =>
  (wallet === 0 ? new LedgerStory() : new LedgerStory().given(topUp(wallet))).given(overage('R', hour(1), 60), ...given);
const reducedIn = (books: LedgerStory, command: Untimed): OverageReduced => {
  const [event] = eventsOf(books.send(command));
  if (event?.type !== 'OverageReduced') throw new Error(`${event?.type}`);
  return event;
};
const limitIn = ({ state }: LedgerStory, invoiceNumber = 'HR-1'): object | undefined => limitNamed(state, { reservationId: R, invoiceNumber });

describe('a count that is conceded', () => {
  it.each<[string, readonly Untimed[], Untimed, string | null]>([
    ['after its hour was invoiced is a note on that', [watched(0), about(0)], conceded(25), 'HR-1'],
    ['by all of it', [watched(0), about(0)], conceded(0), 'HR-1'],
    ['where notes left just enough', [watched(65), about(0)], conceded(25), 'HR-1'],
    ['before is a credit', [], overage('R', hour(1), 25), null],
    ['is a credit where the invoice charged less of it', [watched(0), about(0)], conceded(25, 34), null],
    ['where notes left less', [watched(66), about(0)], conceded(25), null],
    ['where a note has set more aside', [watched(0), about(66)], conceded(25), null],
    ['where what was credited before is not counted yet', [watched(0)], conceded(25), null],
    ['where nothing is known of the charge', [], conceded(25), null],
    ['where its invoice is void and another watched', [watched(0), about(0), watched(0, 'HR-2', ['HR-1']), about(0, 'HR-2')], conceded(25), null],
  ])('%s', (_what, given, command, creditedInvoice) => {
    const event = reducedIn(story(100, ...given), command);
    const kind = creditedInvoice === null ? 'less' : 'noted';
    expect(event).toMatchObject({ amount: 60n - (command as { total: bigint }).total, creditedInvoice });
    expect(event.claims.map(({ creditId }) => creditId)).toEqual(event.claims.map((_, index) => `R/overage/${hour(1)}/${kind}/1/${index === 0 ? 'seller' : 'fee'}`));
  });

  it('moves the same money as any fall, and what arrives of it is on no invoice', () => {
    const [noted, plain] = [story(40, watched(0), about(0)), story(40)];
    const [note, fall] = [noted.send(conceded(25)), plain.send(overage('R', hour(1), 25))];
    expect(posted(note)).toEqual(posted(fall));
    const [event] = eventsOf(note);
    const claims = event?.type === 'OverageReduced' ? event.claims : [];
    expect(claims.map(({ fromId, amount }) => `${fromId} ${amount}`)).toEqual([`${SELLER} 15`]);
    expect(event === undefined ? null : chargeOf(event, hour(3))).toBeNull();
    const [{ creditId }] = claims as [(typeof claims)[number]];
    const evidence = `m~r1/usage/${formatInstant(hour(1))}/2`;
    const arrives = { type: 'ReceiveTransfer', transferId: `${creditId}/15`, fromId: SELLER, kind: 'credit', reservationId: R, amount: usd(15), evidence, parts: [] } as const;
    const arrived = eventsOf(noted.send(arrives));
    expect(arrived).toMatchObject([{ type: 'TransferReceived', limited: null, transfers: [] }]);
    expect(arrived.map((one) => chargeOf(one, hour(3)))).toEqual([null]);
    expect(noted.balance('wallet')).toBe(15n);
    auditLedger(noted.state);
  });

  it('is set aside on its invoice in the same moment: no other note or credit has that room', () => {
    const books = story(100, watched(10), about(0), conceded(25));
    expect(limitIn(books)).toMatchObject({ givenBack: 45n, left: 55n });
    expect(books.ask(about(56))).toEqual({ accepted: false, rejection: { code: 'CREDIT_TOO_HIGH', available: 55n } });
    // The register counts the note once it is issued: nothing is new by that.
    expect(books.ask({ ...about(0), givenBack: usd(45) } as Untimed)).toEqual({ accepted: true, events: [] });
  });

  it('keeps what is set aside when its invoice is made void before the note is issued: the note is one on the next', () => {
    const books = story(100, watched(0), about(0), conceded(25), watched(0, 'HR-2', ['HR-1']), about(0, 'HR-2'));
    expect([limitIn(books), limitIn(books, 'HR-2')]).toMatchObject([undefined, { givenBack: 35n, left: 65n }]);
    expect(books.ask({ ...about(0, 'HR-2'), givenBack: usd(35) } as Untimed)).toEqual({ accepted: true, events: [] });
  });

  it('and falls or grows again is charged and credited under names of its own', () => {
    const books = story(1_000, watched(0), about(0), conceded(40), overage('R', hour(1), 50), overage('R', hour(1), 20), conceded(10));
    const names = books.events.flatMap((event) => (event.type === 'OverageReduced' ? event.claims.map(({ creditId }) => creditId.split('/').slice(3).join('/')) : []));
    expect(names).toEqual(['noted/1/seller', 'noted/1/fee', 'less/2/seller', 'less/2/fee', 'noted/3/seller']);
    auditLedger(books.state);
  });
});
