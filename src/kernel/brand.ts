/**
 * Nominal typing for primitives: a value checked at the edge carries its meaning inside.
 * `Brand<string, 'PoolId'>` is a string to the runtime and a type of its own to the compiler.
 */
declare const brand: unique symbol;

export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
