import { readFileSync } from 'node:fs';
import { CHART, chartAccountOf } from './chart-of-accounts.js';
import { TRANSFER_KINDS } from './ledger.events.js';

const posted = (account: string, kind: string, transferKind: string | null = null): string =>
  chartAccountOf({ account, kind, transferKind }).code;

describe('the chart of accounts', () => {
  it('is what docs/FINANCE.md says', () => {
    const text = readFileSync('docs/FINANCE.md', 'utf8');
    const [, printed = ''] = /<!-- chart[^>]*-->\n[^\n]*\n[^\n]*\n([\s\S]*?)<!-- end of chart -->/.exec(text) ?? [];
    const rows = Object.values(CHART).map(({ code, name, kind, holds }) => `| ${code} | ${name} | ${kind} | ${holds} |\n`);
    expect(printed).toBe(rows.join(''));
    expect(new Set(Object.values(CHART).map(({ code }) => code)).size).toBe(rows.length);
  });

  it.each([
    ['wallet', 'TopUpCredited', null, '1200'],
    ['external', 'TopUpCredited', null, '1360'],
    ['reserved:o', 'FundsReserved', null, '1210'],
    ['escrow:r', 'EscrowFunded', null, '1220'],
    ['receivable', 'OverageCharged', null, '2200'],
    ['clearing', 'DeliverySettled', null, '6000'],
    ['clearing', 'EscrowCancelled', null, '6020'],
    ['clearing', 'OverageCharged', null, '6010'],
    ['uncollected', 'OverageCharged', null, '6010'],
    ['uncollected', 'OverageCollected', null, '6010'],
    ['clearing', 'PenaltyCharged', null, '6100'],
    ['clearing', 'CreditCharged', null, '6110'],
    ['clearing', 'TransferReceived', 'proceeds', '4000'],
    ['clearing', 'TransferReceived', 'royalty', '4010'],
    ['clearing', 'TransferReceived', 'fee', '4020'],
    ['clearing', 'TransferReceived', 'overage', '4100'],
    ['clearing', 'TransferReceived', null, '4200'],
  ])('has %s of %s %s on %s', (account, kind, transferKind, code) => {
    expect(posted(account, kind, transferKind)).toBe(code);
  });

  it('has a place for every transfer', () => {
    for (const kind of TRANSFER_KINDS) expect(posted('clearing', 'TransferReceived', kind)).toMatch(/^4/);
  });
});
