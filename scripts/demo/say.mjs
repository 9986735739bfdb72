// Tells a person what happens. Standard output ends with one JSON line, so that programs can read it.
import { perMillion } from './arithmetic.mjs';

const start = Date.now();
const seconds = () => `${((Date.now() - start) / 1_000).toFixed(1)} s`.padStart(8);

export const say = (text) => process.stdout.write(`${seconds()}  ${text}\n`);
export const chapter = (title) => process.stdout.write(`\n${seconds()}  ${title}\n`);

export function progress(done, total, what, every = 1_000) {
  const text = `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}`;
  if (!process.stdout.isTTY) {
    if (done === total || done % every === 0) say(text);
    return;
  }
  process.stdout.write(`\r${seconds()}  ${text}${done === total ? '\n' : ''}`);
}

/** Micro-USD as dollars, exact. */
export function usd(microUsd) {
  const value = BigInt(microUsd);
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${sign}$${digits.slice(0, -6)}.${fraction}`;
}

/** What a price per token/s and hour comes to for a million tokens at full use. */
export const rate = (unitPrice) => `${usd(perMillion(unitPrice))} a million`;

/** Of basis points. */
export const percent = (basisPoints) => `${Number(basisPoints) / 100} %`;

export const count = (value) => BigInt(value).toLocaleString('en');
