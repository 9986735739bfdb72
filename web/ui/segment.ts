/** A stretch of time with one quantity, as the API tells it. */
export interface Segment {
  readonly quantity: string;
  readonly window: { readonly start: string; readonly end: string };
}
