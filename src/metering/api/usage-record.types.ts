import { ArgsType, Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf, PageArguments } from '../../api/graphql/connection.js';
import { BigCountScalar, InstantScalar } from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import type { Window } from '../../kernel/window.js';

@ObjectType('UsageRecord', {
  description: 'What the gateway wrote down of one request on one lane. Kept for 37 days; hours and invoices are made of it. Prompts and answers are not kept.',
})
export class UsageRecordType {
  @Field(() => ID, {
    description: 'The request’s name, as x-request-id said it; with .0 or .1 behind it, of a lane that was given up for another one.',
  })
  recordId!: string;

  @Field(() => ID, { nullable: true, description: 'The lane that served it; null: your own fallback, which is measured and never rated.' })
  reservationId!: string | null;

  @Field(() => String, { description: 'The model and its quantization; of a fallback, the model as it was asked for.' })
  model!: string;

  @Field(() => InstantScalar, { description: 'When it was admitted: decides its hour.' })
  servedAt!: Date;

  @Field(() => String, { description: 'The tier that it was served at.' })
  tier!: string;

  @Field(() => String, { description: 'How it ended: "completed", or what the answer’s error says, such as "timeout" or "upstream_error"; "client_abort" where its client left.' })
  outcome!: string;

  @Field({ description: 'Whether it was streamed.' })
  isStream!: boolean;

  @Field({ description: 'Whether the lane had not answered for a while before it.' })
  isColdStart!: boolean;

  @Field(() => BigCountScalar, { description: 'Input tokens that are billed, cached ones included.' })
  inputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Of these, cached.' })
  cachedInputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens that are billed, reasoning tokens included.' })
  outputTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Of these, reasoning.' })
  reasoningTokens!: bigint;

  @Field(() => BigCountScalar, { description: 'Output tokens that the gateway counted of what it forwarded.' })
  countedOutputTokens!: bigint;

  @Field(() => BigCountScalar, { nullable: true, description: 'Input tokens that the upstream claims; null: nothing that could be read.' })
  claimedInputTokens!: bigint | null;

  @Field(() => BigCountScalar, { nullable: true, description: 'Output tokens that the upstream claims; null: nothing that could be read.' })
  claimedOutputTokens!: bigint | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why its counts disagree beyond the tolerance of a request, such as "output-higher"; null: they do not.',
  })
  disagreement!: string | null;

  @Field(() => Float, { nullable: true, description: 'From the request’s last byte to the first content token forwarded, in milliseconds; null: there was none.' })
  ttftMs!: number | null;

  @Field(() => Float, { description: 'What of that went by before this lane was asked, in milliseconds.' })
  queuedMs!: number;

  @Field(() => Float, { nullable: true, description: 'From the first token forwarded to the last, in milliseconds; null: there was none.' })
  streamingMs!: number | null;

  @Field(() => Float, { description: 'From the request’s last byte to its end, in milliseconds.' })
  durationMs!: number;

  @Field(() => Int, { description: 'Requests that the lane was serving when this one began, itself included.' })
  concurrency!: number;

  @Field(() => ID, { nullable: true, description: 'Of a pilot’s mirrored request, the request that it repeats; null: it was a client’s.' })
  mirrorOf!: string | null;

  @Field({ description: 'False: a better record of the same request is counted in its place.' })
  isCounted!: boolean;
}

export const UsageRecordConnection = connectionOf(UsageRecordType, 'UsageRecord', 'usage records');

@ArgsType()
export class UsageRecordArguments extends PageArguments {
  @Field(() => ID, { description: 'Of this reservation.' })
  reservationId!: string;

  @Field(() => WindowInput, { nullable: true, description: 'Served in it; left out: all that are kept.' })
  window?: Window | null;

  @Field({ defaultValue: false, description: 'Only those whose counts disagree.' })
  onlyDisagreeing!: boolean;
}
