import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Rejection } from '../../api/graphql/rejection.js';
import {
  InstantScalar,
  MicroUsdScalar,
  TokensPerSecondCountScalar,
} from '../../api/graphql/scalars.js';

export const AUCTION_STATES = {
  UPCOMING: 'upcoming',
  OPEN: 'open',
  CLOSED: 'closed',
  CLEARED: 'cleared',
  WITHDRAWN: 'withdrawn',
} as const;
export type AuctionState = (typeof AUCTION_STATES)[keyof typeof AUCTION_STATES];
registerEnumType(AUCTION_STATES, {
  name: 'AuctionState',
  description: 'Where an auction stands.',
  valuesMap: {
    UPCOMING: { description: 'It takes no bids yet.' },
    OPEN: { description: 'It takes bids.' },
    CLOSED: { description: 'It takes no more bids, and is about to be cleared.' },
    CLEARED: { description: 'It is decided.' },
    WITHDRAWN: { description: 'Its seller took it back before it opened.' },
  },
});

@ObjectType('Auction', {
  description:
    'Sealed bids for a lot that goes to the highest limits at one price for all: the highest limit that was refused, or the reserve price. Nothing is shown of bids before it is cleared, and never who bid.',
})
export class AuctionType {
  @Field(() => InstantScalar, { description: 'From when on it takes bids.' })
  opensAt!: Date | number;

  @Field(() => InstantScalar, { description: 'From when on it takes no more bids.' })
  closesAt!: Date | number;

  @Field(() => MicroUsdScalar, { description: 'Nothing is sold below this price.' })
  reservePrice!: string | bigint;

  @Field(() => AUCTION_STATES, { description: 'Where it stands.' })
  state!: AuctionState;

  @Field(() => MicroUsdScalar, {
    nullable: true,
    description: 'What all who won pay; null until it is cleared, and when nothing was sold.',
  })
  clearingPrice!: bigint | null;

  @Field(() => TokensPerSecondCountScalar, {
    nullable: true,
    description: 'How much was sold; null until it is cleared.',
  })
  quantitySold!: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many bids there were at the close; null until it is cleared.',
  })
  bids!: number | null;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The auction does not take bids now, or cannot be taken back any more.',
})
export class AuctionStateRejection extends Rejection {
  @Field(() => AUCTION_STATES, { description: 'Where it stands.' })
  state!: string;

  @Field(() => InstantScalar, { description: 'From when on it takes bids.' })
  opensAt!: number;

  @Field(() => InstantScalar, { description: 'From when on it takes no more bids.' })
  closesAt!: number;
}
