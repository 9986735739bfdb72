import type { Platform } from '../platform.js';
import { CLOUD_ASICS } from './cloud-asics.js';
import { GPUS } from './gpus.js';
import { ON_CHIP_MEMORY } from './on-chip-memory.js';

/** Every platform a pool can run on. */
export const PLATFORMS: readonly Platform[] = [...ON_CHIP_MEMORY, ...GPUS, ...CLOUD_ASICS];

const BY_SLUG = new Map<string, Platform>(PLATFORMS.map((platform) => [platform.slug, platform]));

export function findPlatform(slug: string): Platform | null {
  return BY_SLUG.get(slug) ?? null;
}
