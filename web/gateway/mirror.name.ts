/** Where a pilot repeats requests, by the market of the lane. */
export function mirrorName(reservationId: string | null): string {
  return reservationId === null ? 'Your fallback' : (reservationId.split('~')[0] ?? reservationId);
}
