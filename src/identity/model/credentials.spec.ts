import { checkEmail, checkPassword, checkScopes, parseApiKey } from './credentials.js';

describe('credentials', () => {
  it.each([
    ['ada@example.com', true],
    [' Ada@Example.COM ', true],
    ['a+b@sub.example.co', true],
    ['ada', false],
    ['ada@localhost', false],
    ['ada@@example.com', false],
    ['ada@-example.com', false],
    [`${'a'.repeat(250)}@example.com`, false],
    ['ada\u202e@example.com', false],
  ])('%p is an address: %p', (email, isFit) => {
    expect(checkEmail('email', email).length === 0).toBe(isFit);
  });

  it.each([
    ['correct horse battery', []],
    ['short', ['is too short']],
    ['x'.repeat(129), ['is too long']],
    ['Ada.Lovelace@example.com', ['is the e-mail address']],
  ])('password %p', (password, reasons) => {
    const issues = checkPassword('password', password, 'ada.lovelace@example.com');
    expect(issues.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('knows its scopes', () => {
    expect(checkScopes('scopes', ['market:read', 'usage:write'])).toEqual([]);
    expect(checkScopes('scopes', [])).toMatchObject([{ reason: 'is empty' }]);
    expect(checkScopes('scopes', ['root'])).toMatchObject([{ reason: 'has unknown scopes' }]);
  });

  it('takes API keys apart', () => {
    const key = `hr_${'a'.repeat(32)}_${'B'.repeat(43)}`;
    expect(parseApiKey(`Bearer ${key}`)).toEqual({ keyId: 'a'.repeat(32), secret: 'B'.repeat(43) });
    for (const wrong of [key, 'Bearer hr_x_y', `Basic ${key}`, `Bearer ${key}x`]) {
      expect(parseApiKey(wrong)).toBeNull();
    }
  });
});
