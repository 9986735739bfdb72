import type { Instant } from '../../../kernel/time.js';

/** How a locale writes money, dates and numbers. Values go in as decimal text: nothing is rounded. */
export class DocumentFormat {
  private readonly currency: Intl.NumberFormat;
  private readonly unrounded: Intl.NumberFormat;
  private readonly count: Intl.NumberFormat;
  private readonly share: Intl.NumberFormat;
  private readonly day: Intl.DateTimeFormat;
  private readonly monthName: Intl.DateTimeFormat;
  private readonly shortDay: Intl.DateTimeFormat;
  private readonly regions: Intl.DisplayNames;

  constructor(locale: string) {
    const currency = { style: 'currency', currency: 'USD', currencyDisplay: 'code' } as const;
    this.currency = new Intl.NumberFormat(locale, currency);
    this.unrounded = new Intl.NumberFormat(locale, { ...currency, maximumFractionDigits: 6 });
    this.count = new Intl.NumberFormat(locale);
    this.share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
    const utc = { timeZone: 'UTC' } as const;
    this.day = new Intl.DateTimeFormat(locale, { ...utc, dateStyle: 'long' });
    this.monthName = new Intl.DateTimeFormat(locale, { ...utc, year: 'numeric', month: 'long' });
    this.regions = new Intl.DisplayNames(locale, { type: 'region' });
    this.shortDay = new Intl.DateTimeFormat(locale, { ...utc, month: 'short', day: 'numeric' });
  }

  cents(cents: bigint): string {
    return this.currency.format(decimal(cents, 2));
  }

  exact(micro: bigint): string {
    return this.unrounded.format(decimal(micro, 6));
  }

  number(count: number): string {
    return this.count.format(count);
  }

  /** Of ISO 3166-1. */
  country(code: string): string {
    return this.regions.of(code) ?? code;
  }

  /** Per cent, of decimal text. */
  rate(percentage: string): string {
    return this.count.format(Number(percentage));
  }

  /** Of hundredths of a per cent. */
  basisPoints(points: number): string {
    return this.share.format(points / 10_000);
  }

  date(instant: Instant): string {
    return this.day.format(instant);
  }

  month(instant: Instant): string {
    return this.monthName.format(instant);
  }

  /** The last day that a window has some of. */
  days(from: Instant, to: Instant): string {
    const last = Math.max(from, to - 1);
    return this.shortDay.formatRange(from, last);
  }
}

function decimal(value: bigint, places: number): `${number}` {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const text = `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return `${value < 0n ? '-' : ''}${text}` as `${number}`;
}
