/** Why no answer came. */
export const SEND_FAILURES = ['REFUSED_ADDRESS', 'TIMED_OUT', 'UNREACHABLE'] as const;
export type SendFailure = (typeof SEND_FAILURES)[number];

/** What the receiver answered; nothing that it wrote. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly failure: SendFailure };

/** Posts an event to a customer's endpoint. Never throws for anything that the receiver does. */
export abstract class WebhookSender {
  abstract post(request: {
    readonly url: string;
    readonly body: string;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<SendOutcome>;
}
