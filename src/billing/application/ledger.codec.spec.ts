import { hours } from '../../../test/support/market.js';
import { order, reservation, splitOf, usd } from '../../../test/support/ledger.js';
import { HOUR_MS, type Instant } from '../../kernel/time.js';
import { chargeOf } from '../model/charge.js';
import type { EscrowFunded, LedgerEvent } from '../model/ledger.events.js';
import { ledgerCodec } from './ledger.codec.js';

const funded: EscrowFunded = {
  ...{ type: 'EscrowFunded', orderId: null, quoteId: null, reservationId: reservation('R'), split: splitOf() },
  ...{ window: hours(24, 28), grid: HOUR_MS, amount: usd(400), spent: null },
  postings: [
    { account: 'wallet', amount: usd(-400), balance: usd(600), currency: 'USD' },
    { account: 'escrow:R' as never, amount: usd(400), balance: usd(400), currency: 'USD' },
  ],
};

describe('in the log', () => {
  it.each<[string, LedgerEvent]>([
    ['a payment from the wallet', funded],
    ['a payment for a fill', { ...funded, orderId: order('O') }],
    ['money set aside', { type: 'FundsReserved', orderId: order('O'), amount: usd(1), request: 'asked', spent: null, postings: [] }],
    [
      'money given back',
      { type: 'FundsReleased', orderId: order('O'), amount: usd(1), endedAt: null, postings: [] },
    ],
    [
      'for good',
      { type: 'FundsReleased', orderId: order('O'), amount: usd(0), endedAt: HOUR_MS as never, postings: [] },
    ],
  ])('%s is read as it was written', (_what, event) => {
    expect(ledgerCodec.decode(ledgerCodec.encode(event))).toEqual(event);
  });

  it('lines of before they said their currency are in US dollars', () => {
    const encoded = ledgerCodec.encode(funded);
    const old = { ...encoded, data: encoded.data.replaceAll(',"currency":"USD"', '') };
    expect(old.data).not.toContain('currency');
    expect(ledgerCodec.decode(old)).toEqual(funded);
    const other = { ...encoded, data: encoded.data.replaceAll('"USD"', '"EUR"') };
    expect(() => ledgerCodec.decode(other)).toThrow('currency');
  });

  it('overage from before use was waited for names no month: it stays in the one in which it was booked', () => {
    const data =
      '{"reservationId":"R","hour":1767312000000,"amount":"9","forgiven":"9","evidence":"R/usage/2","claims":[],"postings":[]}';
    const old = ledgerCodec.decode({ type: 'OverageReduced', schemaVersion: 1, data });
    expect(chargeOf(old, Date.parse('2026-02-01T00:10:00Z') as Instant)).toMatchObject({ month: '2026-02', amount: -9n });
    const now = ledgerCodec.decode(ledgerCodec.encode({ ...old, month: '2026-01' } as LedgerEvent));
    expect(chargeOf(now, Date.parse('2026-02-01T00:10:00Z') as Instant)).toMatchObject({ month: '2026-01', amount: -9n });
  });

  it('a payment from before there were orders came from the wallet', () => {
    const data =
      '{"reservationId":"R","split":{"sellerId":"org-seller","providerId":"org-provider",' +
      '"exchangeId":"org-exchange","royalty":500,"fee":250},"window":{"start":1767312000000,' +
      '"end":1767326400000},"grid":3600000,"amount":"400","postings":[' +
      '{"account":"wallet","amount":"-400","balance":"600"},' +
      '{"account":"escrow:R","amount":"400","balance":"400"}]}';
    const old = ledgerCodec.decode({ type: 'EscrowFunded', schemaVersion: 1, data });
    const window = { start: 1_767_312_000_000, end: 1_767_326_400_000 };
    expect(old).toEqual({ ...funded, window });
    expect(ledgerCodec.encode(funded).schemaVersion).toBe(2);
  });
});
