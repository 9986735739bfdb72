import { STATUS_CODES } from 'node:http';

/** What a problem of `type: about:blank` is called: the phrase of its HTTP status (RFC 9457, section 4.2.1), such as `Bad Request`. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';
