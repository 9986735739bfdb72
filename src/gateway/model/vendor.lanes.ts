import { PLATFORMS } from '../../providers/contract.js';
import type { VendorName } from './vendor.facts.js';

/**
 * What the software that the catalogue names speaks; null: no protocol that we call. A pool on such
 * hardware is reached through another runtime of its platform.
 */
export const VENDOR_OF_RUNTIME: Readonly<Record<string, VendorName | null>> = {
  'Cerebras Inference': 'cerebras',
  GroqCloud: 'groq',
  vLLM: 'vllm',
  'vLLM on Neuron': 'vllm',
  'vLLM on Gaudi': 'vllm',
  SGLang: 'sglang',
  TGI: 'tgi',
  'TGI on Neuron': 'tgi',
  'TGI on Gaudi': 'tgi',
  'TensorRT-LLM': 'openai',
  JetStream: null,
  // Whatever it is, its endpoint has to speak OpenAI's protocol as OpenAI does.
  vendor: 'openai',
};

/** A way to a platform of the catalogue that is held to its protocol by a test. */
export interface PlatformLane {
  readonly platform: string;
  readonly runtime: string;
  readonly vendor: VendorName;
}

export const PLATFORM_LANES: readonly PlatformLane[] = PLATFORMS.flatMap(({ slug, runtimes }) =>
  runtimes.flatMap((runtime) => {
    const vendor = VENDOR_OF_RUNTIME[runtime] ?? null;
    return vendor === null ? [] : [{ platform: slug, runtime, vendor }];
  }),
);

/** How providers write what their pool runs. */
const NAMED: readonly (readonly [pattern: RegExp, vendor: VendorName])[] = [
  [/\bvllm/i, 'vllm'],
  [/\bsglang/i, 'sglang'],
  [/\btgi\b|text.generation.inference/i, 'tgi'],
  [/\bcerebras/i, 'cerebras'],
  [/\bgroq/i, 'groq'],
];

const HOUSE_OF_PLATFORM: Readonly<Record<string, VendorName>> = {
  'cerebras-wse-3': 'cerebras',
  'groq-lpu': 'groq',
};

/** By the runtime as its provider wrote it; else by the platform; else as OpenAI does it. */
export function vendorOf({
  platform,
  runtime,
}: {
  readonly platform: string;
  readonly runtime: string;
}): VendorName {
  const named = NAMED.find(([pattern]) => pattern.test(runtime));
  return named?.[1] ?? HOUSE_OF_PLATFORM[platform] ?? 'openai';
}
