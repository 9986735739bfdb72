import { createRequire } from 'node:module';
import { unseenIn } from '../../model/document/printable.js';

interface Fonts {
  openSync(path: string): { hasGlyphForCodePoint(code: number): boolean };
}

const load = createRequire(import.meta.url);
/** What PDFKit reads fonts with. */
const { openSync } = createRequire(load.resolve('pdfkit'))('fontkit') as Fonts;
const FONTS = ['DejaVuSans', 'DejaVuSans-Bold'].map((name) => openSync(load.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));

describe('what a page can show', () => {
  it('is in its fonts, character for character', () => {
    const seen = Array.from({ length: 0x1_0000 }, (_, code) => code).filter((code) => !/\p{Cs}/u.test(String.fromCharCode(code)) && unseenIn(String.fromCharCode(code)).length === 0);
    expect(seen.length).toBeGreaterThan(1_000);
    const missing = FONTS.map((font) => seen.filter((code) => !font.hasGlyphForCodePoint(code) && String.fromCharCode(code).normalize('NFC').codePointAt(0) === code).map((code) => code.toString(16)));
    expect(missing).toEqual([[], []]);
  });

  it.each([
    ['Müller & Söhne GmbH – “Łódź” №5', []],
    ['Cafe\u0301', []],
    ['Μεγάλη Οδός', []],
    ['Общество', []],
    ['株式会社 Muster', ['株', '式', '会', '社']],
    ['한국', ['한', '국']],
    ['שלום', ['ש', 'ל', 'ו', 'ם']],
    ['مرحبا', ['م', 'ر', 'ح', 'ب', 'ا']],
    ['Rocket 🚀', ['🚀']],
    ['soft\u00adhyphen', ['\u00ad']],
  ])('of %s leaves out %j', (text, characters) => expect(unseenIn(text)).toEqual(characters));
});
