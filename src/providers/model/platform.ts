import type { Brand } from '../../kernel/brand.js';

/** Short name of a platform, such as `cerebras-wse-3`. */
export type PlatformSlug = Brand<string, 'PlatformSlug'>;

export type PlatformClass = 'wafer-scale' | 'lpu' | 'gpu' | 'tpu' | 'asic' | 'fpga';

/** Against the other platforms of the catalogue, for one accelerator. */
export type Strength = 'weak' | 'fair' | 'good' | 'strong' | 'exceptional';

/** How fast a tier answers; a platform serves every tier, one of them best. */
export type Tier = 'fast' | 'priority' | 'standard' | 'batch';

export interface Character {
  readonly strength: Strength;
  /** Why, in a sentence. */
  readonly reason: string;
}

export interface Source {
  readonly title: string;
  readonly url: string;
  /** Which of the figures it stands for. */
  readonly claim: string;
}

/** One kind of hardware. Figures are the vendor's, for one accelerator; null: none is published. */
export interface Platform {
  readonly slug: PlatformSlug;
  readonly vendor: string;
  readonly name: string;
  readonly class: PlatformClass;
  readonly memory: {
    readonly kind: string;
    readonly capacityBytes: bigint;
    readonly bandwidthBytesPerSecond: bigint;
  };
  readonly interconnect: {
    readonly kind: string;
    /** Between accelerators, both directions together where the vendor says so. */
    readonly bandwidthBytesPerSecond: bigint | null;
  };
  /** Reading the prompt: bound by arithmetic. */
  readonly prefill: Character;
  /** Writing the answer: bound by memory bandwidth. */
  readonly decode: Character;
  readonly bestTier: Tier;
  readonly bestUse: string;
  readonly runtimes: readonly string[];
  readonly sources: readonly Source[];
}

export const MEGABYTE = 1_000_000n;
export const GIGABYTE = 1_000_000_000n;
export const TERABYTE = 1_000_000_000_000n;
export const PETABYTE = 1_000_000_000_000_000n;
