// Text that people write and others read: nothing in it is hidden, and nothing turns its direction.
// Joiners are where they have a meaning: https://www.unicode.org/reports/tr31/#Layout_and_Format_Control_Characters (A1, A2, B) and
// https://www.unicode.org/reports/tr51/#def_emoji_zwj_sequence.

/** Controls, format marks such as those of direction, what is not assigned, and the letters that show nothing. */
const HIDDEN = /[\p{C}\u2028\u2029\u115F\u1160\u3164\uFFA0\u2800]/u;

/** Scripts whose letters join with their neighbours. */
const JOINING = ['Arabic', 'Syriac', 'Mandaic', 'Nko', 'Mongolian', 'Phags_Pa', 'Adlam', 'Manichaean', 'Hanifi_Rohingya', 'Sogdian'].map((script) => `\\p{Script=${script}}`).join('');
/** Signs that take the vowel from the letter before them (canonical combining class 9), of the scripts of India and its neighbours. */
const VIRAMA = '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DCA\\u0F84\\u1039\\u103A\\u17D2\\u1A60\\u1B44\\u1BAA\\uA8C4\\uA9C0\\uABED]';
const PICTURE = '\\p{Extended_Pictographic}(?:\\uFE0F|\\p{Emoji_Modifier})?';

/** What joiners may stand in, each as a whole; the joiner is what is taken out of it. */
const JOINED: readonly RegExp[] = [
  // Between two letters of a script that joins, marks of theirs included: Persian.
  new RegExp(`(?<=(?=\\p{L})[${JOINING}]\\p{Mn}*)[\\u200C\\u200D](?=[${JOINING}])(?=\\p{L})`, 'gu'),
  // After a letter without its vowel: half forms and old chillus, also at the end of a word.
  new RegExp(`(?<=\\p{L}\\p{M}*${VIRAMA})\\u200D(?![\\u200C\\u200D])`, 'gu'),
  new RegExp(`(?<=\\p{L}\\p{M}*${VIRAMA})\\u200C(?=\\p{L})`, 'gu'),
  // Pictures that are drawn as one.
  new RegExp(`(?<=${PICTURE})\\u200D(?=\\p{Extended_Pictographic})`, 'gu'),
];

/** Whether there is anything in a text that nobody sees, or that changes how the rest is read. */
export function hasHiddenMarks(text: string): boolean {
  if (!HIDDEN.test(text)) return false;
  return HIDDEN.test(JOINED.reduce((rest, joiner) => rest.replace(joiner, ''), text));
}
