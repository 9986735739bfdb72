import { GIGABYTE, MEGABYTE, PETABYTE, TERABYTE, type Platform, type PlatformSlug } from '../platform.js';

/** Systems that keep the weights in SRAM beside the arithmetic. */
export const ON_CHIP_MEMORY: readonly Platform[] = [
  {
    slug: 'cerebras-wse-3' as PlatformSlug,
    vendor: 'Cerebras',
    name: 'Wafer Scale Engine 3 (CS-3)',
    class: 'wafer-scale',
    memory: {
      kind: 'SRAM on the wafer',
      capacityBytes: 44n * GIGABYTE,
      bandwidthBytesPerSecond: 21n * PETABYTE,
    },
    interconnect: {
      // 214 petabits per second between the cores of one wafer.
      kind: 'on-wafer fabric; SwarmX between wafers',
      bandwidthBytesPerSecond: 26_750n * TERABYTE,
    },
    prefill: {
      strength: 'strong',
      reason: '900,000 cores work on one prompt without leaving the wafer.',
    },
    decode: {
      strength: 'exceptional',
      reason: 'Weights stream from SRAM at thousands of times the bandwidth of external memory.',
    },
    bestTier: 'fast',
    bestUse: 'Agents, code and voice: one answer at thousands of tokens per second.',
    runtimes: ['Cerebras Inference'],
    sources: [
      {
        title: 'Cerebras: the WSE-3 chip',
        url: 'https://www.cerebras.ai/chip',
        claim: '44 GB SRAM, 21 PB/s memory and 214 Pb/s fabric bandwidth',
      },
    ],
  },
  {
    slug: 'groq-lpu' as PlatformSlug,
    vendor: 'Groq',
    name: 'Language Processing Unit (GroqChip 1)',
    class: 'lpu',
    memory: {
      kind: 'SRAM on the chip',
      capacityBytes: 230n * MEGABYTE,
      bandwidthBytesPerSecond: 80n * TERABYTE,
    },
    interconnect: {
      kind: 'RealScale chip-to-chip links, scheduled by the compiler',
      bandwidthBytesPerSecond: null,
    },
    prefill: {
      strength: 'good',
      reason: 'Hundreds of chips share a prompt in a schedule fixed at compile time.',
    },
    decode: {
      strength: 'exceptional',
      reason: 'Weights spread over many chips are read from SRAM with deterministic timing.',
    },
    bestTier: 'fast',
    bestUse: 'Interactive answers with little variance between the median and the tail.',
    runtimes: ['GroqCloud'],
    sources: [
      {
        title: 'Groq: What is a Language Processing Unit?',
        url: 'https://groq.com/blog/the-groq-lpu-explained',
        claim: 'on-chip SRAM with up to 80 TB/s',
      },
      {
        title: 'GroqChip processor product brief',
        url: 'https://groq.com/wp-content/uploads/2022/10/GroqChip%E2%84%A2-Processor-Product-Brief-v1.5.pdf',
        claim: '230 MB SRAM',
      },
    ],
  },
];
