import { GIGABYTE, TERABYTE, type Platform, type PlatformSlug } from '../platform.js';

const OPEN_RUNTIMES = ['vLLM', 'SGLang', 'TGI'] as const;

/** Graphics processors with stacked or graphics memory. */
export const GPUS: readonly Platform[] = [
  {
    slug: 'nvidia-h100' as PlatformSlug,
    vendor: 'NVIDIA',
    name: 'H100 SXM',
    class: 'gpu',
    memory: {
      kind: 'HBM3',
      capacityBytes: 80n * GIGABYTE,
      bandwidthBytesPerSecond: 3_350n * GIGABYTE,
    },
    interconnect: { kind: 'NVLink 4', bandwidthBytesPerSecond: 900n * GIGABYTE },
    prefill: { strength: 'strong', reason: 'Tensor cores at FP8 read long prompts quickly.' },
    decode: { strength: 'good', reason: 'HBM3 feeds large batches; single answers wait for memory.' },
    bestTier: 'priority',
    bestUse: 'The common denominator: every open model, large batches, long prompts.',
    runtimes: [...OPEN_RUNTIMES, 'TensorRT-LLM'],
    sources: [
      {
        title: 'NVIDIA H100 Tensor Core GPU',
        url: 'https://www.nvidia.com/en-us/data-center/h100/',
        claim: '80 GB, 3.35 TB/s, NVLink 900 GB/s (SXM)',
      },
    ],
  },
  {
    slug: 'nvidia-h200' as PlatformSlug,
    vendor: 'NVIDIA',
    name: 'H200 SXM',
    class: 'gpu',
    memory: {
      kind: 'HBM3e',
      capacityBytes: 141n * GIGABYTE,
      bandwidthBytesPerSecond: 4_800n * GIGABYTE,
    },
    interconnect: { kind: 'NVLink 4', bandwidthBytesPerSecond: 900n * GIGABYTE },
    prefill: { strength: 'strong', reason: 'The arithmetic of the H100.' },
    decode: { strength: 'strong', reason: 'Nearly half again the bandwidth, and room for long contexts.' },
    bestTier: 'priority',
    bestUse: 'Long contexts and large models on few accelerators.',
    runtimes: [...OPEN_RUNTIMES, 'TensorRT-LLM'],
    sources: [
      {
        title: 'NVIDIA H200 Tensor Core GPU',
        url: 'https://www.nvidia.com/en-us/data-center/h200/',
        claim: '141 GB HBM3e, 4.8 TB/s, NVLink 900 GB/s',
      },
    ],
  },
  {
    slug: 'nvidia-l4' as PlatformSlug,
    vendor: 'NVIDIA',
    name: 'L4',
    class: 'gpu',
    memory: {
      kind: 'GDDR6',
      capacityBytes: 24n * GIGABYTE,
      bandwidthBytesPerSecond: 300n * GIGABYTE,
    },
    interconnect: { kind: 'PCIe 4.0 x16', bandwidthBytesPerSecond: 64n * GIGABYTE },
    prefill: { strength: 'fair', reason: 'A 72 W card with FP8 tensor cores.' },
    decode: { strength: 'weak', reason: 'A tenth of the bandwidth of stacked memory.' },
    bestTier: 'batch',
    bestUse: 'Small models, embeddings and batch work at low cost and power.',
    runtimes: [...OPEN_RUNTIMES, 'TensorRT-LLM'],
    sources: [
      {
        title: 'NVIDIA L4 Tensor Core GPU',
        url: 'https://www.nvidia.com/en-us/data-center/l4/',
        claim: '24 GB, 300 GB/s, PCIe Gen4 x16 64 GB/s',
      },
    ],
  },
  {
    slug: 'amd-mi300x' as PlatformSlug,
    vendor: 'AMD',
    name: 'Instinct MI300X',
    class: 'gpu',
    memory: {
      kind: 'HBM3',
      capacityBytes: 192n * GIGABYTE,
      bandwidthBytesPerSecond: (53n * TERABYTE) / 10n,
    },
    interconnect: { kind: 'Infinity Fabric', bandwidthBytesPerSecond: 896n * GIGABYTE },
    prefill: { strength: 'strong', reason: 'FP8 matrix cores on eight compute dies.' },
    decode: { strength: 'strong', reason: 'More memory and more bandwidth on one accelerator.' },
    bestTier: 'standard',
    bestUse: 'Very large models on a single node with long contexts.',
    runtimes: OPEN_RUNTIMES,
    sources: [
      {
        title: 'AMD Instinct MI300X data sheet',
        url: 'https://www.amd.com/content/dam/amd/en/documents/instinct-tech-docs/data-sheets/amd-instinct-mi300x-data-sheet.pdf',
        claim: '192 GB HBM3, 5.3 TB/s, 896 GB/s aggregate Infinity Fabric',
      },
    ],
  },
];
