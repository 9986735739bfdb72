/** Shorter parts of a credential say nothing, and may be words. */
const PART_MIN = 4;
const HIDDEN = '***';
/** Tokens as they are sent, keys as vendors write them, addresses. */
const SECRETS = [/\bbearer\s+[^\s"',;]+/gi, /\b(?:sk|gsk|csk|hf|pk|rk)[-_][\w-]{8,}/g, /\bhttps?:\/\/[^\s"'<>]+/gi, /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g];

/**
 * What an upstream says went wrong, fit for a client: some servers echo what they were sent, or where they are.
 * A message may have been cut within the credential.
 */
export function tellable(message: string, credential: string | null): string {
  const own = credential === null || credential === '' ? message : withoutPart(message.replaceAll(credential, HIDDEN), credential);
  return SECRETS.reduce((text, secret) => text.replace(secret, HIDDEN), own);
}

function withoutPart(message: string, credential: string): string {
  for (let length = credential.length - 1; length >= PART_MIN; length -= 1) {
    if (message.endsWith(credential.slice(0, length))) return `${message.slice(0, -length)}${HIDDEN}`;
  }
  return message;
}
