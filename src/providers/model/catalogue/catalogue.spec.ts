import { findPlatform, PLATFORMS } from './catalogue.js';

describe('the platform catalogue', () => {
  it('has every system of the field', () => {
    expect(PLATFORMS.map(({ slug }) => slug).sort()).toEqual([
      'amd-mi300x',
      'aws-inferentia2',
      'aws-trainium2',
      'cerebras-wse-3',
      'fpga-hbm',
      'google-tpu-v5e',
      'google-tpu-v6e',
      'groq-lpu',
      'intel-gaudi-3',
      'nvidia-h100',
      'nvidia-h200',
      'nvidia-l4',
    ]);
  });

  it.each(PLATFORMS.map((platform) => [platform.slug, platform] as const))(
    '%s has figures above zero and a source of its vendor for them',
    (slug, platform) => {
      const { memory, interconnect, sources } = platform;
      expect(memory.capacityBytes > 0n && memory.bandwidthBytesPerSecond > 0n).toBe(true);
      expect((interconnect.bandwidthBytesPerSecond ?? 1n) > 0n).toBe(true);
      expect(sources.length).toBeGreaterThan(0);
      for (const { url, claim } of sources) {
        expect(new URL(url).protocol).toBe('https:');
        expect(claim.length).toBeGreaterThan(3);
      }
      for (const text of [platform.bestUse, platform.prefill.reason, platform.decode.reason]) {
        expect(text.endsWith('.')).toBe(true);
      }
      expect(findPlatform(slug)).toBe(platform);
    },
  );
});
