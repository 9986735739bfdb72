import { formatsOf, progressOf } from './export.choices.js';

describe('what can be exported', () => {
  it('is offered as what it is made as', () => {
    expect(formatsOf('JOURNAL_ENTRIES')).toEqual(['CSV']);
    expect(formatsOf('E_INVOICES')).toEqual(['UBL_ZIP', 'FACTUR_X_ZIP']);
  });

  it.each([
    ['0', null, null],
    ['0', '0', 100],
    ['1', '3', 33],
    ['90071992547409930', '90071992547409931', 99],
  ])('%s rows of %s are %s of 100', (rowsDone, rowsExpected, percent) => {
    expect(progressOf({ rowsDone, rowsExpected })).toBe(percent);
  });
});
