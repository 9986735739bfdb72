import { hasHiddenMarks } from './visible-text.js';

const [ZWNJ, ZWJ, RLO, LRM] = ['\u200C', '\u200D', '\u202E', '\u200E'];

describe('text of people', () => {
  it.each([
    ['plain', 'Ada Lovelace'],
    ['Persian', `می${ZWNJ}خواهم`],
    ['Persian, with a mark on the letter before', `مِ${ZWNJ}خواهم`],
    ['Persian, twice', `نیم${ZWNJ}فاصله${ZWNJ}ها`],
    ['Hindi, a half form', `क्${ZWJ}ष`],
    ['Hindi, an open virama', `क्${ZWNJ}ष`],
    ['Malayalam, an old chillu at the end', `അവന്${ZWJ}`],
    ['Sinhala', `ශ්${ZWJ}රී ලංකා`],
    ['a family', `👩${ZWJ}👩${ZWJ}👧${ZWJ}👦 AI`],
    ['a skin and a profession', `👩🏽${ZWJ}🚀`],
    ['a heart on fire', `❤️${ZWJ}🔥`],
    ['a flag of two', `🏳️${ZWJ}🌈`],
    ['accents and Hebrew', 'Zoë שלום'],
  ])('%s is as it is read', (_, text) => {
    expect(hasHiddenMarks(text)).toBe(false);
  });

  it.each([
    ['a joiner at the beginning', `${ZWJ}Ada`],
    ['one at the end', `Ada${ZWNJ}`],
    ['one between Latin letters', `Ad${ZWNJ}a`],
    ['two where one is meant', `می${ZWNJ}${ZWNJ}خواهم`],
    ['one at the end of a Persian word', `می${ZWNJ}`],
    ['one between an Arabic letter and a Latin one', `م${ZWNJ}a`],
    ['one between Arabic digits', `۱${ZWNJ}۲`],
    ['one before a vowel sign without its virama', `क${ZWJ}ष`],
    ['two after a virama', `क्${ZWJ}${ZWJ}ष`],
    ['one after a picture and before a letter', `👩${ZWJ}a`],
    ['one between a letter and a picture', `a${ZWJ}👩`],
    ['an override of direction', `Ada${RLO}moc`],
    ['a mark of direction between Persian letters', `می${LRM}خواهم`],
    ['an isolate', '\u2066Ada\u2069'],
    ['a space of no width', 'A\u200Bda'],
    ['a joiner of words', 'A\u2060da'],
    ['a soft hyphen', 'A\u00ADda'],
    ['a letter that shows nothing', '\u3164'],
    ['an empty braille cell', 'Ada\u2800'],
    ['a control', 'A\u0007da'],
    ['a separator of lines', 'A\u2028da'],
    ['half of a pair', 'A\uD83D'],
    ['what no standard has a meaning for', 'A\uE000'],
  ])('%s is hidden', (_, text) => {
    expect(hasHiddenMarks(text)).toBe(true);
  });
});
