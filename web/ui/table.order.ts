/** A column that rows are ordered by. */
export interface Order {
  readonly id: string;
  readonly isDescending: boolean;
}
