import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { VENDOR_FACTS } from '../model/vendor.facts.js';
import type { PlatformLane } from '../model/vendor.lanes.js';

@ObjectType('PlatformLane', {
  description: 'A way to reach a platform of the catalogue: what runs models there, and how we speak to it.',
})
export class PlatformLaneType {
  @Field(() => ID, { description: 'The platform.' })
  platform!: string;

  @Field({ description: 'What runs models on it, as the catalogue names it.' })
  runtime!: string;

  @Field({ description: 'Whose way to speak OpenAI’s protocol it has: openai, vllm, sglang, tgi, cerebras or groq.' })
  vendor!: string;

  @Field({
    description:
      'L2: our side is held to the vendor’s published protocol by a test, against a simulator and not against the hardware. Of one pool, poolEvidence says whether it was measured.',
  })
  evidence!: string;

  @Field(() => [String], { description: 'Where the vendor publishes what we rely on.' })
  sources!: readonly string[];
}

/** Each is held to its protocol by a test, and none was tried on the hardware. */
export const showLane = (lane: PlatformLane): PlatformLaneType => ({
  ...lane,
  evidence: 'L2',
  sources: VENDOR_FACTS[lane.vendor].sources,
});

@ObjectType('UpstreamLoad', {
  description: 'What the server behind a reservation says of its own load: declared by it, not measured by us.',
})
export class UpstreamLoadType {
  @Field(() => ID, { description: 'The reservation.' })
  reservationId!: string;

  @Field({ description: 'Whose gauges these are.' })
  vendor!: string;

  @Field({ description: 'L1: declared by who serves.' })
  evidence!: string;

  @Field(() => Int, { nullable: true, description: 'Requests it is serving; null: it does not say.' })
  running!: number | null;

  @Field(() => Int, { nullable: true, description: 'Requests that wait in it; null: it does not say.' })
  waiting!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How much of its memory for contexts is in use, in hundredths of a per cent; null: it does not say.',
  })
  cacheShare!: number | null;
}
