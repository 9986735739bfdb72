import { GIGABYTE, type Platform, type PlatformSlug } from '../platform.js';

/** Accelerators of cloud vendors and others that are neither GPUs nor all SRAM. */
export const CLOUD_ASICS: readonly Platform[] = [
  {
    slug: 'google-tpu-v5e' as PlatformSlug,
    vendor: 'Google',
    name: 'TPU v5e',
    class: 'tpu',
    memory: {
      kind: 'HBM2',
      capacityBytes: 16n * GIGABYTE,
      bandwidthBytesPerSecond: 819n * GIGABYTE,
    },
    interconnect: {
      kind: 'inter-chip interconnect, 2D torus',
      bandwidthBytesPerSecond: 400n * GIGABYTE,
    },
    prefill: { strength: 'fair', reason: '197 TFLOPS in bfloat16 for each chip.' },
    decode: { strength: 'fair', reason: 'Modest memory; models are spread over many chips.' },
    bestTier: 'standard',
    bestUse: 'Cost-efficient serving of small and middle-sized models.',
    runtimes: ['JetStream', 'vLLM'],
    sources: [
      {
        title: 'Google Cloud: TPU v5e',
        url: 'https://cloud.google.com/tpu/docs/v5e',
        claim: '16 GB HBM2, 819 GB/s, 400 GB/s interconnect, 2D torus',
      },
    ],
  },
  {
    slug: 'google-tpu-v6e' as PlatformSlug,
    vendor: 'Google',
    name: 'TPU v6e (Trillium)',
    class: 'tpu',
    memory: {
      kind: 'HBM',
      capacityBytes: 32n * GIGABYTE,
      bandwidthBytesPerSecond: 1_638n * GIGABYTE,
    },
    interconnect: {
      kind: 'inter-chip interconnect, 2D torus',
      bandwidthBytesPerSecond: 800n * GIGABYTE,
    },
    prefill: { strength: 'strong', reason: 'Over four times the arithmetic of a v5e chip.' },
    decode: { strength: 'good', reason: 'Twice the memory and bandwidth of a v5e chip.' },
    bestTier: 'standard',
    bestUse: 'High-volume serving where prompts are long.',
    runtimes: ['JetStream', 'vLLM'],
    sources: [
      {
        title: 'Google Cloud: TPU v6e',
        url: 'https://cloud.google.com/tpu/docs/v6e',
        claim: '32 GB, 1638 GB/s, 800 GB/s interconnect, 2D torus',
      },
    ],
  },
  {
    slug: 'aws-inferentia2' as PlatformSlug,
    vendor: 'AWS',
    name: 'Inferentia2',
    class: 'asic',
    memory: {
      kind: 'HBM',
      capacityBytes: 32n * GIGABYTE,
      bandwidthBytesPerSecond: 820n * GIGABYTE,
    },
    interconnect: { kind: 'NeuronLink-v2', bandwidthBytesPerSecond: null },
    prefill: { strength: 'fair', reason: '190 TFLOPS in bfloat16 for each chip.' },
    decode: { strength: 'fair', reason: 'Up to twelve chips of an instance share a model.' },
    bestTier: 'batch',
    bestUse: 'Steady, cost-sensitive serving inside AWS.',
    runtimes: ['vLLM on Neuron', 'TGI on Neuron'],
    sources: [
      {
        title: 'AWS Neuron: Inferentia2 architecture',
        url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/latest/general/arch/neuron-hardware/inferentia2.html',
        claim: '32 GB of device memory, 820 GB/s, NeuronLink-v2',
      },
    ],
  },
  {
    slug: 'aws-trainium2' as PlatformSlug,
    vendor: 'AWS',
    name: 'Trainium2',
    class: 'asic',
    memory: {
      kind: 'HBM',
      capacityBytes: 96n * GIGABYTE,
      bandwidthBytesPerSecond: 2_900n * GIGABYTE,
    },
    interconnect: { kind: 'NeuronLink-v3', bandwidthBytesPerSecond: null },
    prefill: { strength: 'strong', reason: '1,299 TFLOPS in FP8 for each chip.' },
    decode: { strength: 'good', reason: 'Four HBM stacks for each chip.' },
    bestTier: 'standard',
    bestUse: 'Large models in AWS; prefill in front of a faster decoder.',
    runtimes: ['vLLM on Neuron'],
    sources: [
      {
        title: 'AWS Neuron: Trainium2 architecture guide',
        url: 'https://awsdocs-neuron.readthedocs-hosted.com/en/latest/nki/arch/trainium2_arch.html',
        claim: '96 GB device memory, 2.9 TB/s, four NeuronLink-v3',
      },
    ],
  },
  {
    slug: 'intel-gaudi-3' as PlatformSlug,
    vendor: 'Intel',
    name: 'Gaudi 3',
    class: 'asic',
    memory: {
      kind: 'HBM2e',
      capacityBytes: 128n * GIGABYTE,
      bandwidthBytesPerSecond: 3_700n * GIGABYTE,
    },
    interconnect: {
      kind: '24 x 200 Gb Ethernet (RoCE)',
      bandwidthBytesPerSecond: 1_200n * GIGABYTE,
    },
    prefill: { strength: 'strong', reason: '1,835 TFLOPS in FP8 and bfloat16.' },
    decode: { strength: 'good', reason: 'Eight HBM2e stacks and room for large models.' },
    bestTier: 'standard',
    bestUse: 'Scale-out over standard Ethernet.',
    runtimes: ['vLLM on Gaudi', 'TGI on Gaudi'],
    sources: [
      {
        title: 'Intel Gaudi 3 AI accelerator white paper',
        url: 'https://www.intel.com/content/www/us/en/content-details/817486/intel-gaudi-3-ai-accelerator-white-paper.html',
        claim: '128 GB HBM2e, 3.7 TB/s, 24 x 200 Gb Ethernet',
      },
    ],
  },
  {
    slug: 'fpga-hbm' as PlatformSlug,
    vendor: 'AMD',
    name: 'FPGA with HBM (class of the Alveo V80)',
    class: 'fpga',
    memory: {
      kind: 'HBM2e',
      capacityBytes: 32n * GIGABYTE,
      bandwidthBytesPerSecond: 820n * GIGABYTE,
    },
    interconnect: { kind: '4 x 200 Gb Ethernet', bandwidthBytesPerSecond: 100n * GIGABYTE },
    prefill: { strength: 'weak', reason: 'Far less dense arithmetic than a fixed design.' },
    decode: { strength: 'fair', reason: 'Pipelines cut to one model and number format.' },
    bestTier: 'batch',
    bestUse: 'Odd number formats, fixed latency and networks that compute in line.',
    runtimes: ['vendor'],
    sources: [
      {
        title: 'AMD Alveo V80 compute accelerator',
        url: 'https://www.amd.com/en/products/accelerators/alveo/v80.html',
        claim: '32 GB HBM2e, 820 GB/s, 4 x 200G networking',
      },
    ],
  },
];
