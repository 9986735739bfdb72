/** The market that a reservation's id begins with: `llama-3.3-70b@fp8~0194…`. */
export function marketOfReservation(reservationId: string): string {
  return reservationId.split('~')[0] ?? reservationId;
}
