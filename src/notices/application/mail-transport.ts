/** A message on its way; the address is used and kept nowhere. */
export interface OutgoingMail {
  /** The same at every attempt: who gets it twice can tell. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `refused`: the address does not take it, now or later. Names no address. */
export type MailOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly failure: string; readonly isFinal: boolean };

/** Hands messages to a mail server, or to its stand-in. Never throws for what the server says. */
export abstract class MailTransport {
  /** Nothing goes out. */
  abstract readonly isStandIn: boolean;
  abstract send(mail: OutgoingMail): Promise<MailOutcome>;
}
