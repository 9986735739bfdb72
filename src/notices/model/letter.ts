import { formatUsd } from '../../kernel/money.js';
import { parseInstant, formatMinute } from '../../kernel/time.js';
import type { MailKind } from './mail.rules.js';
import type { NoticeData } from './notice.js';

/** What somebody is written. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly link: { readonly path: string; readonly title: string };
}

/** A letter as it is sent. */
export interface RenderedLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const SUBJECT_LENGTH_MAX = 160;
/** Also what turns text around or cannot be seen: a name in a subject says what it says. */
const CONTROL = /[\s\p{C}]+/gu;

const EXPORTS = '/app/finance/exports';

/** Whose budget, by its id: `team:…` as ` (team …)`; the organization's needs no name. */
function ofScope(scope: string): string {
  return scope === '' || scope === 'organization' ? '' : ` (${scope.replace(':', ' ')})`;
}

/** What members are written of a notice. */
export function letterOf(kind: MailKind, data: NoticeData): Letter {
  const said = (name: string): string => String(data[name] ?? '');
  const money = (name: string): string => usd(said(name));
  switch (kind) {
    case 'budget.alert': {
      const measure = said('measure') === 'committed' ? 'committed' : 'spent';
      return {
        subject: `Budget alert: ${said('percent')} % of ${said('month')} ${measure}${ofScope(said('scope'))}`,
        paragraphs: [
          `${money('amount')} of the budget of ${money('budget')}${ofScope(said('scope'))} for ${said('month')} is ${measure}: ${said('percent')} % or more.`,
          'You are told once for each threshold and month.',
        ],
        link: { path: '/app/finance/limits', title: 'Look at the budget' },
      };
    }
    case 'approval.requested':
      return {
        subject: `A purchase of ${money('amount')} waits for an approval`,
        paragraphs: [
          `Somebody of your organization wants to spend ${money('amount')}, which is above what may be bought without an approval.`,
          `No money was moved. The request ends on ${day(said('expiresAt'))}.`,
        ],
        link: { path: '/app/finance/limits', title: 'Look at the request' },
      };
    case 'export.ready':
      return {
        subject: `Your export of ${said('month')} is ready: ${said('fileName')}`,
        paragraphs: [
          `The file that you asked for, ${said('fileName')}, can be fetched until ${day(said('keptUntil'))}.`,
          data['isFinal'] === true ? 'The month is closed: the file is final.' : 'The month is not closed yet: the file is a draft.',
        ],
        link: { path: EXPORTS, title: 'Fetch it' },
      };
    case 'export.failed':
      return {
        subject: `Your export of ${said('month')} failed`,
        paragraphs: [`The file that you asked for could not be made: ${said('reason')}.`],
        link: { path: EXPORTS, title: 'Look at your exports' },
      };
    case 'invoice.finalized':
      return {
        subject: `Invoice ${said('number')} for ${said('month')}: ${money('total')}`,
        paragraphs: [`Invoice ${said('number')} for ${said('month')} is final. It comes to ${money('total')}.`],
        link: { path: `/app/finance/invoices/${encodeURIComponent(said('month'))}`, title: 'Look at the invoice' },
      };
    case 'payout.failed':
      return {
        subject: `A payout of ${money('amount')} did not go through`,
        paragraphs: [
          `The payment provider refused to pay out ${money('amount')}: ${said('reason')}.`,
          'The money is yours still, and payable again. See whether your account there needs anything.',
        ],
        link: { path: '/app/finance/payouts', title: 'Look at your payouts' },
      };
    case 'webhook.disabled':
      return {
        subject: 'A webhook endpoint was disabled',
        paragraphs: [
          `Nothing that was sent to ${said('url')} arrived for almost three days, so nothing is sent there any more.`,
          'Repair it and enable it again. What was on its way until then can be sent again; of what happened since, nothing was kept for it.',
        ],
        link: { path: '/app/settings/webhooks', title: 'Look at your webhooks' },
      };
  }
}

/** To who is invited. The token stands behind the # of the address, which no server sees. */
export function invitationLetter({ organization, token, expiresAt }: {
  readonly organization: string;
  readonly token: string;
  readonly expiresAt: string;
}): Letter {
  return {
    subject: `You were invited to ${organization}`,
    paragraphs: [
      `${organization} invites you to its account. Choose a password until ${day(expiresAt)}.`,
      'If you do not know why, do nothing.',
    ],
    link: { path: `/app/invite#token=${encodeURIComponent(token)}`, title: 'Choose a password' },
  };
}

/** Plain text, and the same as HTML in which nothing that was said is markup. */
export function render({ subject, paragraphs, link }: Letter, publicUrl: string): RenderedLetter {
  const url = new URL(link.path, publicUrl).href;
  const lines = paragraphs.map(oneLine);
  const html = [
    '<!doctype html><html lang="en"><body style="font-family:sans-serif">',
    ...lines.map((line) => `<p>${escapeHtml(line)}</p>`),
    `<p><a href="${escapeHtml(url)}">${escapeHtml(link.title)}</a></p>`,
    '</body></html>',
  ].join('\n');
  const text = `${[...lines, `${link.title}:\n${url}`].join('\n\n')}\n`;
  return { subject: oneLine(subject).slice(0, SUBJECT_LENGTH_MAX), text, html };
}

/** A line break in a header would begin another one. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, ' ').trim();
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}

function usd(micro: string): string {
  return /^-?\d+$/.test(micro) ? `${formatUsd(BigInt(micro))} USD` : micro;
}

function day(instant: string): string {
  const parsed = parseInstant(instant);
  return parsed.ok ? formatMinute(parsed.value) : instant;
}
