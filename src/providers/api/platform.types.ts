import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { BigCountScalar } from '../../api/graphql/scalars.js';
import type { PlatformClass, Strength, Tier } from '../model/platform.js';

export const PLATFORM_CLASSES = {
  WAFER_SCALE: 'wafer-scale',
  LPU: 'lpu',
  GPU: 'gpu',
  TPU: 'tpu',
  ASIC: 'asic',
  FPGA: 'fpga',
} as const satisfies Record<string, PlatformClass>;
registerEnumType(PLATFORM_CLASSES, {
  name: 'PlatformClass',
  description: 'Family of hardware.',
  valuesMap: {
    WAFER_SCALE: { description: 'One chip as large as a wafer.' },
    LPU: { description: 'Language processing unit: all memory on the chip.' },
    GPU: { description: 'Graphics processor.' },
    TPU: { description: 'Tensor processing unit.' },
    ASIC: { description: 'Another chip made for neural networks.' },
    FPGA: { description: 'Programmable logic.' },
  },
});

export const STRENGTHS = {
  WEAK: 'weak',
  FAIR: 'fair',
  GOOD: 'good',
  STRONG: 'strong',
  EXCEPTIONAL: 'exceptional',
} as const satisfies Record<string, Strength>;
registerEnumType(STRENGTHS, {
  name: 'Strength',
  description: 'Against the other platforms of the catalogue, for one accelerator.',
  valuesMap: {
    WEAK: { description: 'Below most.' },
    FAIR: { description: 'Behind the common ones.' },
    GOOD: { description: 'Like the common ones.' },
    STRONG: { description: 'Ahead of the common ones.' },
    EXCEPTIONAL: { description: 'In a league of its own.' },
  },
});

export const TIERS = {
  FAST: 'fast',
  PRIORITY: 'priority',
  STANDARD: 'standard',
  BATCH: 'batch',
} as const satisfies Record<string, Tier>;
registerEnumType(TIERS, {
  name: 'Tier',
  description: 'How fast an answer is promised.',
  valuesMap: {
    FAST: { description: 'For people and agents that wait for every token.' },
    PRIORITY: { description: 'Interactive, before standard traffic.' },
    STANDARD: { description: 'The usual.' },
    BATCH: { description: 'When there is room.' },
  },
});

@ObjectType('PlatformMemory', { description: 'Where a platform keeps weights and context.' })
export class PlatformMemoryType {
  @Field({ description: 'Kind of memory, such as HBM3.' })
  kind!: string;

  @Field(() => BigCountScalar, { description: 'Bytes for each accelerator.' })
  capacityBytes!: bigint;

  @Field(() => BigCountScalar, { description: 'Bytes per second for each accelerator.' })
  bandwidthBytesPerSecond!: bigint;
}

@ObjectType('PlatformInterconnect', { description: 'How accelerators talk to each other.' })
export class PlatformInterconnectType {
  @Field({ description: 'Kind of link, such as NVLink 4.' })
  kind!: string;

  @Field(() => BigCountScalar, {
    nullable: true,
    description: 'Bytes per second for each accelerator; null where the vendor publishes none.',
  })
  bandwidthBytesPerSecond!: bigint | null;
}

@ObjectType('PlatformCharacter', { description: 'How well it does one phase of inference, and why.' })
export class PlatformCharacterType {
  @Field(() => STRENGTHS, { description: 'How well.' })
  strength!: Strength;

  @Field({ description: 'Why, in a sentence.' })
  reason!: string;
}

@ObjectType('PlatformSource', { description: 'Where figures come from.' })
export class PlatformSourceType {
  @Field({ description: 'Title of the page or paper.' })
  title!: string;

  @Field({ description: 'Its address.' })
  url!: string;

  @Field({ description: 'Which figures it stands for.' })
  claim!: string;
}

@ObjectType('Platform', { description: 'A kind of hardware that a pool can run on.' })
export class PlatformType {
  @Field(() => ID, { description: 'Its short name, such as cerebras-wse-3.' })
  slug!: string;

  @Field({ description: 'Who makes it.' })
  vendor!: string;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => PLATFORM_CLASSES, { description: 'Its family.' })
  class!: PlatformClass;

  @Field(() => PlatformMemoryType, { description: 'Its memory.' })
  memory!: PlatformMemoryType;

  @Field(() => PlatformInterconnectType, { description: 'Its links.' })
  interconnect!: PlatformInterconnectType;

  @Field(() => PlatformCharacterType, { description: 'Reading the prompt.' })
  prefill!: PlatformCharacterType;

  @Field(() => PlatformCharacterType, { description: 'Writing the answer.' })
  decode!: PlatformCharacterType;

  @Field(() => TIERS, { description: 'The tier it serves best.' })
  bestTier!: Tier;

  @Field({ description: 'What it is best for.' })
  bestUse!: string;

  @Field(() => [String], { description: 'Software that serves models on it.' })
  runtimes!: readonly string[];

  @Field(() => [PlatformSourceType], { description: 'Where the figures come from.' })
  sources!: readonly PlatformSourceType[];
}
