import type { Scope } from '../contract.js';
import { SCOPES } from '../contract.js';
import { DAY_MS, HOUR_MS, type Duration } from '../../kernel/time.js';

/** NIST SP 800-63B asks for length, not for kinds of characters. */
export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 128;
export const EMAIL_LENGTH_MAX = 254;
export const NAME_LENGTH_MAX = 100;

export const SESSION_IDLE: Duration = (12 * HOUR_MS) as Duration;
export const SESSION_AGE_MAX: Duration = (30 * DAY_MS) as Duration;
/** After it ended or was seen last, until its member signs in again. */
export const SESSION_KEPT: Duration = (35 * DAY_MS) as Duration;
export const INVITATION_AGE_MAX: Duration = (7 * DAY_MS) as Duration;
export const API_KEY_DAYS_MAX = 365;

/** One field that was wrong. */
export interface Issue {
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
}

/** One at sign, a dot in the domain, nothing odd: proof that it works is the mail that arrives. */
const EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/** Lower case and trimmed: the form in which addresses are compared and kept. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}

export function checkEmail(field: string, email: string): readonly Issue[] {
  const normalized = normalizeEmail(email);
  if (normalized.length <= EMAIL_LENGTH_MAX && EMAIL.test(normalized)) return [];
  const accepted = `an e-mail address such as ada@example.com, at most ${EMAIL_LENGTH_MAX} characters`;
  return [{ field, reason: 'is not an e-mail address', accepted }];
}

export function checkPassword(field: string, password: string, email: string): readonly Issue[] {
  const length = [...password].length;
  const accepted = `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters, not the e-mail address`;
  if (length < PASSWORD_LENGTH_MIN) return [{ field, reason: 'is too short', accepted }];
  if (length > PASSWORD_LENGTH_MAX) return [{ field, reason: 'is too long', accepted }];
  const isEmail = normalizeEmail(password) === normalizeEmail(email);
  return isEmail ? [{ field, reason: 'is the e-mail address', accepted }] : [];
}

export function checkScopes(field: string, scopes: readonly string[]): readonly Issue[] {
  const unknown = scopes.filter((scope) => !SCOPES.includes(scope as Scope));
  const accepted = `one or more of ${SCOPES.join(', ')}`;
  if (scopes.length === 0) return [{ field, reason: 'is empty', accepted }];
  if (unknown.length === 0) return [];
  return [{ field, reason: `has unknown scopes`, accepted }];
}

/** `hr_<key id>_<secret>`: the first part finds the key, the second proves it. */
export function parseApiKey(
  authorization: string,
): { readonly keyId: string; readonly secret: string } | null {
  const match = /^Bearer hr_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/i.exec(authorization);
  const [, keyId, secret] = match ?? [];
  return keyId === undefined || secret === undefined ? null : { keyId, secret };
}
