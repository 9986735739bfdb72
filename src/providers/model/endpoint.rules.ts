import { unless, type Issue } from '../../kernel/issue.js';

/** Whether pools may point at this machine: for simulators and tests, never in production. */
export interface EndpointPolicy {
  readonly isLoopbackAllowed: boolean;
}

const URL_LENGTH_MAX = 2_000;
/**
 * What the URL parser would mend in silence (missing or turned slashes, blanks, line breaks, marks
 * that nobody sees) is refused: what is kept is what is called.
 */
const WRITTEN_OUT = /^[a-z][a-z0-9+.-]*:\/\/[^/\\\s\p{C}][^\\\s\p{C}]*$/iu;
/** Also where it is empty and the parser drops it. */
const USER_OR_QUERY_OR_FRAGMENT = /^[^/]+\/\/[^/]*@|[?#]/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Names that resolve inside a network, and addresses in any notation: a public name is asked for. */
const INTERNAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|localdomain|arpa|onion)\.?$/;
const PUBLIC_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * An endpoint is called by our gateway, so an address that only we can reach must never be one
 * (server-side request forgery). Names are checked again, resolved, by whoever opens a connection.
 */
export function checkEndpointUrl(text: string, policy: EndpointPolicy): readonly Issue[] {
  const accepted = 'https://, a public host name, and a path; no user, query or fragment';
  const refuse = (reason: string): readonly Issue[] => [{ field: 'url', reason, accepted }];
  const isUrl = text.length <= URL_LENGTH_MAX && WRITTEN_OUT.test(text) && URL.canParse(text);
  if (!isUrl) return refuse('is not an absolute URL');
  if (USER_OR_QUERY_OR_FRAGMENT.test(text)) {
    return refuse('holds a user, a password, a query or a fragment');
  }
  const url = new URL(text);
  if (LOOPBACK.test(url.hostname)) return checkLoopback(url, policy, accepted);
  if (url.protocol !== 'https:') return refuse('is not https');
  return isPublic(url.hostname) ? [] : refuse('does not name a public host');
}

function isPublic(name: string): boolean {
  return PUBLIC_NAME.test(name) && !INTERNAL_NAME.test(name);
}

function checkLoopback(
  { protocol }: { readonly protocol: string },
  { isLoopbackAllowed }: EndpointPolicy,
  accepted: string,
): readonly Issue[] {
  const isFit = isLoopbackAllowed && (protocol === 'http:' || protocol === 'https:');
  return unless(isFit, { field: 'url', reason: 'names this machine', accepted });
}
