import type { DialectName } from './scenario.js';

/** How a vendor's server differs from OpenAI's, as far as its published API says. */
export interface Dialect {
  /** Between `data:` and the JSON. */
  readonly blank: '' | ' ';
  /** Where a stream says how much was used. */
  readonly usageAt: 'own-chunk' | 'finish-chunk' | 'x_groq';
  /** Where it says how long each part took. */
  readonly timesAt: 'nowhere' | 'time_info' | 'metrics' | 'usage';
  /** Tokens that come in one chunk. */
  readonly tokensPerChunk: number;
  /** What it calls thought; by several names it is written several times. None: it does not tell thought from text. */
  readonly thoughtAs: readonly ('reasoning_content' | 'reasoning')[];
  /** Whether its usage says how much of it was thought. */
  readonly claimsThought: boolean;
  readonly fingerprint: string;
  /** What `/metrics` says, in Prometheus' text format; null: there is none. */
  readonly metrics: string | null;
}

const SINGLY = {
  blank: ' ',
  usageAt: 'own-chunk',
  timesAt: 'nowhere',
  tokensPerChunk: 1,
  thoughtAs: ['reasoning_content'],
  claimsThought: false,
} as const;

function gauges(values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(
    ([name, value]) => `# TYPE ${name} gauge\n${name}{model_name="simulated"} ${value}\n`,
  );
  return `# SIMULATED: no server has these loads.\n${lines.join('')}`;
}

/**
 * Sources: Cerebras' `time_info`, https://inference-docs.cerebras.ai/api-reference/chat-completions;
 * Groq's `x_groq`, times in its usage, flex tier and status 498, https://console.groq.com/docs/api-reference
 * and /docs/errors; vLLM's per-request and production metrics, https://docs.vllm.ai/en/stable/usage/metrics/;
 * SGLang's, https://docs.sglang.ai/references/production_metrics.html; TGI's,
 * https://huggingface.co/docs/text-generation-inference/reference/metrics. TGI writes no blank behind `data:`.
 * vLLM renamed thought and writes it by both names, https://github.com/vllm-project/vllm/issues/27755; Cerebras
 * and Groq know the newer one.
 */
export const DIALECT: Readonly<Record<DialectName, Dialect>> = {
  openai: { ...SINGLY, fingerprint: 'fp', metrics: null },
  vllm: {
    ...SINGLY,
    ...{ timesAt: 'metrics', fingerprint: 'vllm', thoughtAs: ['reasoning', 'reasoning_content'] },
    metrics: gauges({
      'vllm:num_requests_running': '3.0',
      'vllm:num_requests_waiting': '2.0',
      'vllm:kv_cache_usage_perc': '0.25',
    }),
  },
  sglang: {
    ...SINGLY,
    fingerprint: 'sglang',
    metrics: gauges({
      'sglang:num_running_reqs': '3.0',
      'sglang:num_queue_reqs': '2.0',
      'sglang:token_usage': '0.25',
    }),
  },
  tgi: {
    ...SINGLY,
    ...{ blank: '', fingerprint: 'tgi', thoughtAs: [] },
    metrics: gauges({ tgi_batch_current_size: '3', tgi_queue_size: '2' }),
  },
  cerebras: {
    ...{ blank: ' ', usageAt: 'finish-chunk', timesAt: 'time_info', tokensPerChunk: 8 },
    ...{ fingerprint: 'cerebras', metrics: null, thoughtAs: ['reasoning'], claimsThought: true },
  },
  groq: {
    ...{ blank: ' ', usageAt: 'x_groq', timesAt: 'usage', tokensPerChunk: 4 },
    ...{ fingerprint: 'groq', metrics: null, thoughtAs: ['reasoning'], claimsThought: true },
  },
};
