/**
 * What a page can show: Latin, Greek and Cyrillic letters, digits and common signs. Its font has more, but what is
 * written from right to left, or joined, would come out in the wrong order, and of Han, Kana and Hangul it has none.
 */
const UNSEEN =
  /[^\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f\u0370-\u0373\u0375-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u0525\u1e00-\u1efb\u2010-\u2015\u2018-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122]/gu;

export const PRINTED = 'Latin, Greek and Cyrillic letters, digits and common signs; other scripts in Latin letters';

/** The characters of a text, each once, that a page cannot show; one that is made of two is looked at as one. */
export function unseenIn(text: string): readonly string[] {
  return [...new Set(text.normalize('NFC').match(UNSEEN) ?? [])];
}
