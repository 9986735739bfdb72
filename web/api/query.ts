/** Why there is no answer. A rejection is an answer. */
export interface Failure {
  readonly kind: 'signed-out' | 'forbidden' | 'refused' | 'unreachable';
  readonly message: string;
}

export type Answer<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly failure: Failure };

/** What is known of an answer so far. */
export type Query<Data> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'ready'; readonly data: Data };
