import { isObject, type RequestBody } from './inference.request.js';
import type { Tier } from './tier.js';

/** Servers that speak OpenAI's protocol, each a little differently. */
export const VENDORS = ['openai', 'vllm', 'sglang', 'tgi', 'cerebras', 'groq'] as const;
export type VendorName = (typeof VENDORS)[number];

type Path = readonly string[];

/** Where an answer says how long it took: one object, and its members. */
interface TimesFacts {
  readonly at: Path;
  /** Microseconds in one of its numbers. */
  readonly unit: 1_000 | 1_000_000;
  readonly queue: string;
  readonly prefill: string;
  readonly decode: string;
}

/** Gauges that the server's `/metrics` has in Prometheus' format; several names: of several versions. */
export interface GaugeNames {
  readonly running: readonly string[];
  readonly waiting: readonly string[];
  /** Share of the memory for contexts that is in use, 0 to 1; none: it does not say. */
  readonly cacheShare: readonly string[];
}

/** How a vendor's server differs from OpenAI's, as far as its published documentation says. */
export interface VendorFacts {
  readonly usageAt: readonly Path[];
  readonly times: readonly TimesFacts[];
  /** What `service_tier` is sent for a tier; left out: nothing is. */
  readonly serviceTiers: Readonly<Partial<Record<Tier, string>>>;
  /** How a chat's bound is named so that no version ignores it; 'as-asked': some models want one, some the other. */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens' | 'as-asked';
  readonly gauges: GaugeNames | null;
  readonly sources: readonly string[];
}

const USAGE: Path = ['usage'];
const GROQ_TIMES = {
  unit: 1_000_000,
  queue: 'queue_time',
  prefill: 'prompt_time',
  decode: 'completion_time',
} as const;

export const VENDOR_FACTS: Readonly<Record<VendorName, VendorFacts>> = {
  openai: {
    ...{ usageAt: [USAGE], times: [], serviceTiers: {}, gauges: null },
    outputLimit: 'as-asked',
    sources: ['https://platform.openai.com/docs/api-reference/chat'],
  },
  // Also on TPUs, Neuron and Gaudi: the same server over other hardware.
  vllm: {
    usageAt: [USAGE],
    // With --enable-per-request-metrics; its time to the first token begins when it is scheduled.
    times: [
      {
        ...{ at: ['metrics'], unit: 1_000, queue: 'queue_time_ms' },
        ...{ prefill: 'time_to_first_token_ms', decode: 'generation_time_ms' },
      },
    ],
    ...{ serviceTiers: {}, outputLimit: 'max_tokens' },
    gauges: {
      running: ['vllm:num_requests_running'],
      waiting: ['vllm:num_requests_waiting'],
      cacheShare: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
    },
    sources: [
      'https://docs.vllm.ai/en/stable/features/per_request_metrics/',
      'https://docs.vllm.ai/en/stable/usage/metrics/',
    ],
  },
  sglang: {
    ...{ usageAt: [USAGE], times: [], serviceTiers: {}, outputLimit: 'max_tokens' },
    gauges: {
      running: ['sglang:num_running_reqs'],
      waiting: ['sglang:num_queue_reqs'],
      cacheShare: ['sglang:token_usage'],
    },
    sources: ['https://docs.sglang.ai/references/production_metrics.html'],
  },
  tgi: {
    ...{ usageAt: [USAGE], times: [], serviceTiers: {}, outputLimit: 'max_tokens' },
    gauges: { running: ['tgi_batch_current_size'], waiting: ['tgi_queue_size'], cacheShare: [] },
    sources: ['https://huggingface.co/docs/text-generation-inference/reference/metrics'],
  },
  cerebras: {
    usageAt: [USAGE],
    times: [{ ...GROQ_TIMES, at: ['time_info'] }],
    ...{ serviceTiers: {}, outputLimit: 'max_completion_tokens', gauges: null },
    sources: ['https://inference-docs.cerebras.ai/api-reference/chat-completions'],
  },
  groq: {
    usageAt: [USAGE, ['x_groq', 'usage']],
    times: [
      { ...GROQ_TIMES, at: USAGE },
      { ...GROQ_TIMES, at: ['x_groq', 'usage'] },
    ],
    // What may wait goes to the tier that takes more, and answers 498 when it is full.
    ...{ serviceTiers: { batch: 'flex' }, outputLimit: 'max_completion_tokens' },
    gauges: null,
    sources: [
      'https://console.groq.com/docs/api-reference',
      'https://console.groq.com/docs/service-tiers',
      'https://console.groq.com/docs/errors',
    ],
  },
};

// Answers are read by what is in them and not by who should have sent them: a provider may say one
// runtime and put another behind its endpoint.
const EVERY = VENDORS.map((name) => VENDOR_FACTS[name]);
const USAGE_AT = unique(EVERY.flatMap(({ usageAt }) => usageAt));
const TIMES = unique(EVERY.flatMap(({ times }) => times));

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** The value at a path; undefined when there is none, or null. */
function at(body: RequestBody, path: Path): unknown {
  const found = path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body);
  return found === null ? undefined : found;
}

/** What an upstream claims was used, as it wrote it; undefined: it claims nothing. */
export function usageIn(body: RequestBody): unknown {
  return USAGE_AT.map((path) => at(body, path)).find((usage) => usage !== undefined);
}

/** What an upstream says of how long it took, in microseconds; null: it does not say. */
export interface ClaimedTimes {
  readonly queue: number | null;
  /** From its own queue to its first token. */
  readonly prefill: number | null;
  /** From its first token to its last. */
  readonly decode: number | null;
}

/** Longer is no time of a request. */
const TIME_MAX = 86_400_000_000;

/** Null where nothing is said; a time that is none is as if it were not said. */
export function timesIn(body: RequestBody): ClaimedTimes | null {
  for (const { at: path, unit, queue, prefill, decode } of TIMES) {
    const told = at(body, path);
    if (!isObject(told)) continue;
    const timeOf = (name: string): number | null => readTime(told[name], unit);
    const times = { queue: timeOf(queue), prefill: timeOf(prefill), decode: timeOf(decode) };
    if (Object.values(times).some((time) => time !== null)) return times;
  }
  return null;
}

function readTime(value: unknown, unit: number): number | null {
  if (typeof value !== 'number') return null;
  const time = Math.round(value * unit);
  return time >= 0 && time <= TIME_MAX ? time : null;
}

/** The body without any claim of usage. */
export function withoutUsage(body: RequestBody): RequestBody {
  const { usage: _usage, x_groq: groq, ...rest } = body;
  if (!isObject(groq)) return rest;
  const { usage: _own, ...others } = groq;
  return { ...rest, x_groq: others };
}

/** What a status says about the upstream. */
export type StatusMeaning =
  | 'ok'
  /** The request itself is wrong: no other lane would take it. */
  | 'request'
  /** Full right now: 498 is Groq's word for a flex tier without room. */
  | 'busy'
  /** Everything else, wrong credentials included: another lane may well answer. */
  | 'failed';

const BUSY = new Set([429, 498, 503, 529]);
const ABOUT_REQUEST = new Set([400, 413, 422]);

export function meaningOf(status: number): StatusMeaning {
  if (status === 200) return 'ok';
  if (ABOUT_REQUEST.has(status)) return 'request';
  return BUSY.has(status) ? 'busy' : 'failed';
}
