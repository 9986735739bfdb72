import { formatUsd } from '../../src/kernel/money.js';
import { groupDigits, roundedUsdFigure, usdFigure } from './usd-figure.js';

export { groupDigits } from './usd-figure.js';

// Text for people, made of the text that the API speaks. No number here is ever a float.

/** Micro-USD in a sentence, on a button, in an announcement: `$1,234.50 USD`; all six places where they are needed. */
export function usd(amount: string | bigint): string {
  return `${usdFigure(amount)} USD`;
}

/** Micro-USD as what one types into a field for dollars. */
export function usdField(amount: string): string {
  return formatUsd(BigInt(amount));
}

/** The same to a tenth of a cent, half to even: enough to compare prices by. */
export function usdRounded(amount: string | bigint): string {
  return `${roundedUsdFigure(amount)} USD`;
}

export function weightedTokens(quantity: string): string {
  return `${groupDigits(quantity)} weighted tokens`;
}

export function tokensPerSecond(quantity: string): string {
  return `${groupDigits(quantity)} tokens/s`;
}

/** Hundredths of a per cent: `12.5 %`. */
export function percent(basisPoints: number): string {
  if (basisPoints < 0) return `−${percent(-basisPoints)}`;
  const whole = Math.trunc(basisPoints / 100);
  const rest = String(basisPoints % 100).padStart(2, '0').replace(/0+$/, '');
  return rest === '' ? `${whole} %` : `${whole}.${rest} %`;
}

/** The same for a field whose label says the unit. */
export function percentField(basisPoints: number): string {
  return percent(basisPoints).replace(' %', '');
}

/** An instant of the API, `2026-11-21T14:00:00.000Z`, as `2026-11-21 14:00`. The zone is said beside it. */
export function utc(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

/** The end is left short where it is on the day of the start. */
export function utcWindow({ start, end }: { readonly start: string; readonly end: string }): string {
  const isOneDay = start.slice(0, 10) === end.slice(0, 10);
  return `${utc(start)} – ${isOneDay ? end.slice(11, 16) : utc(end)} UTC`;
}

/** What tells two ids apart: the end of a UUID. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** `CAPACITY_EXHAUSTED` as `Capacity exhausted`, `EscrowFunded` as `Escrow funded`. */
export function words(name: string): string {
  const isCode = name === name.toUpperCase();
  const text = isCode ? name.replaceAll('_', ' ') : name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

const MICRO_USD = /(-?\d+)(?: to (-?\d+)|( or more))? micro-USD/g;
const HUNDREDTHS = /(-?\d+)(?: to (-?\d+))? hundredths of a per cent/g;
const DOLLARS = /(?<![\d,.$])(\d+)(\.\d{2,6})(?= USD| to \d+\.\d{2,6} USD)/g;

/** What the API says, in the units in which people fill in fields: dollars, per cent, minutes of UTC. */
export function inUnitsOfFields(said: string): string {
  return said
    .replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\.\d{3}Z/g, '$1 $2 UTC')
    .replace(', in micro-USD', '')
    .replace(MICRO_USD, (_, from: string, to: string | undefined, more = '') => (to === undefined ? `${usd(from)}${more}` : `${usdFigure(from)} to ${usd(to)}`))
    .replace(/\bmicro-USD\b/g, 'US dollars')
    .replace(HUNDREDTHS, (_, from: string, to?: string) => [from, ...(to === undefined ? [] : [to])].map((share) => percent(Number(share))).join(' to '))
    .replace(DOLLARS, (_, whole: string, rest: string) => `$${groupDigits(whole)}${rest}`)
    .replace(/\bor null\b/g, 'or nothing')
    .replace(/\bisPostOnly is set\b/, 'it is post-only')
    .replace(/\bin (\d{2,}) s\b/g, (_, seconds: string) => `in ${duration(Number(seconds) * 1_000)}`)
    .replace(/\d+(?=(?: to \d+)? tokens\b)/g, groupDigits);
}

/** A range that is said without its unit: of hundredths of a per cent. */
export function ofHundredths(accepted: string): string {
  return accepted.replace(/(?:a whole number from )?(-?\d+) to (-?\d+)(?!\d| hundredths)/, '$1 to $2 hundredths of a per cent');
}

/** A message of the API as a sentence for people: its units become theirs, its meaning stays. */
export function sentence(message: string): string {
  const text = inUnitsOfFields(message);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What was wrong with a field, for whoever fills it in. */
export function issueSaid({ reason, accepted }: { readonly reason: string; readonly accepted: string }): string {
  return `${inUnitsOfFields(reason)}; accepted: ${inUnitsOfFields(accepted)}`;
}

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

const LOCAL_SHORT = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });

/** The same to stand beside UTC, which says the year. */
export function shortLocalTime(instant: string): string {
  return LOCAL_SHORT.format(new Date(instant));
}

/** As the clock on the reader's wall shows it, with its zone. */
export function localTime(instant: string): string {
  return LOCAL.format(new Date(instant));
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** `2 d 4 h`, `14 min 5 s`: the largest part and the one below it. */
export function duration(lengthMs: number): string {
  let rest = Math.max(0, Math.trunc(lengthMs));
  const counts = UNITS.map(([size, unit]) => {
    const count = Math.trunc(rest / size);
    rest -= count * size;
    return { count, text: `${count} ${unit}` };
  });
  const first = counts.findIndex(({ count }) => count > 0);
  if (first === -1) return '0 s';
  const said = counts.slice(first, first + 2).filter(({ count }) => count > 0);
  return said.map(({ text }) => text).join(' ');
}
