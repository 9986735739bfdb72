import { Field, ObjectType } from '@nestjs/graphql';
import type { Refusal } from '../../api/graphql/refusals.js';
import { Rejection } from '../../api/graphql/rejection.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
} from '../../api/graphql/scalars.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { formatInstant } from '../../kernel/time.js';
import type { MarketRejection } from '../model/market.rejections.js';

type Of<Code extends MarketRejection['code']> = Extract<
  JsonOf<MarketRejection>,
  { readonly code: Code }
>;

@ObjectType({
  implements: () => [Rejection],
  description: 'Some of it was sold, or is held, under terms that do not allow to reclaim it, or not so soon.',
})
export class ReclaimRejection extends Rejection {
  @Field(() => InstantScalar, {
    nullable: true,
    description: 'The earliest start from which on the rest of the window is accepted; null: at none.',
  })
  earliestStart!: number | null;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The whole quantity cannot be had for that long at that price, in the same pool.',
})
export class ExtensionRejection extends Rejection {
  @Field(() => TokensPerSecondCountScalar, {
    description: 'How much can be had all the time, at that price.',
  })
  available!: string;

  @Field(() => InstantScalar, {
    description: 'Until when the whole quantity can be had at that price; the reservation’s end: no longer.',
  })
  until!: number;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'The price at which all of it can be had; null: at none.',
  })
  unitPrice!: string | null;
}

export function showReclaim({
  code,
  earliestStart,
}: Of<'RECLAIM_NOT_AGREED' | 'RECLAIM_TOO_SOON'>): Refusal {
  const why =
    code === 'RECLAIM_TOO_SOON'
      ? 'the terms it was sold under ask for more notice'
      : 'some of it was sold under terms that do not allow to reclaim it';
  const next =
    earliestStart === null
      ? 'no part of this window can be reclaimed at this quantity'
      : `the rest of the window is accepted from ${formatInstant(earliestStart)} on`;
  const message = `${why}; ${next}`;
  return { __typename: 'ReclaimRejection', code, message, earliestStart } as Refusal;
}

export function showExtension(rejection: Of<'NOT_EXTENDABLE'>): Refusal {
  const { code, available, until, unitPrice } = rejection;
  const price = unitPrice === null ? '' : `, or all of it at up to ${unitPrice} micro-USD`;
  const message = `${available} tokens/s can be had all the time, the whole quantity until ${formatInstant(until)}${price}`;
  return { __typename: 'ExtensionRejection', code, message, available, until, unitPrice } as Refusal;
}
