import type { Type } from '@nestjs/common';
import { createUnionType } from '@nestjs/graphql';

/**
 * What a mutation leads to: one success or one of its rejections. Resolvers say which by the
 * `__typename` of what they return.
 */
export function resultUnion(
  mutation: string,
  types: readonly [success: Type<unknown>, ...rejections: Type<unknown>[]],
): object {
  const union: unknown = createUnionType({
    name: `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Result`,
    description: `What ${mutation} leads to.`,
    types: () => [...types] as [Type<unknown>],
    resolveType: (value: { readonly __typename?: string }) => value.__typename,
  });
  return union as object;
}
