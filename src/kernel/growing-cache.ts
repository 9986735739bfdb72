/**
 * Options of a cache that holds at most so many, and takes no more memory than what it holds. One with `max` takes
 * that of all of them when it is made, some 130 KiB for 10,000, and each of thousands of streams has two.
 */
export const growingTo = (most: number): { readonly maxSize: number; readonly sizeCalculation: () => number } => ({
  maxSize: most,
  sizeCalculation: () => 1,
});
