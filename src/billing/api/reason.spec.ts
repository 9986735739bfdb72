import { reasonIssues } from './reason.js';

describe('a reason', () => {
  it.each(['an hour was not served', 'Müller & Söhne <GmbH> “wrong”', 'Ώρα, час', 'x'.repeat(500)])('%j is taken', (reason) => {
    expect(reasonIssues(reason)).toEqual([]);
  });

  it.each(['', '  ', 'x'.repeat(501), 'a\u0001b', 'a\u0000', 'a\nb', 'a\u202eb', 'a\ufffe', 'a\ud800', '時間', 'שעה', `${'x'.repeat(499)}⏱`])('%j is refused', (reason) => {
    expect(reasonIssues(reason)).toEqual([expect.objectContaining({ field: 'reason' })]);
  });
});
