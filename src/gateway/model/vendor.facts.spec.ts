import { metricsUrlOf, readLoad } from './upstream.load.js';
import { timesIn, usageIn, VENDOR_FACTS } from './vendor.facts.js';
import { vendorOf } from './vendor.lanes.js';

describe('what upstreams say of their times', () => {
  it.each([
    ['Cerebras, in seconds', { time_info: { queue_time: 0.000073, prompt_time: 0.001, completion_time: 0.0057 } }, [73, 1_000, 5_700]],
    ['vLLM, in milliseconds', { metrics: { queue_time_ms: 12.3, time_to_first_token_ms: 85.2, generation_time_ms: 1_240.5 } }, [12_300, 85_200, 1_240_500]],
    ['Groq, beside what was used', { x_groq: { usage: { queue_time: 0.5, prompt_time: 0.25, completion_time: 1 } } }, [500_000, 250_000, 1_000_000]],
    ['some of it', { metrics: { queue_time_ms: null, time_to_first_token_ms: 1 } }, [null, 1_000, null]],
  ])('%s', (_, body, [queue, prefill, decode]) => {
    expect(timesIn(body)).toEqual({ queue, prefill, decode });
  });

  it.each([
    [{}],
    [{ usage: { prompt_tokens: 1 } }],
    [{ time_info: null }],
    [{ time_info: { queue_time: -1, prompt_time: '1', completion_time: 1e18 } }],
    [{ metrics: { queue_time_ms: Number.NaN } }],
    [{ metrics: {} }],
  ])('%j says nothing', (body) => {
    expect(timesIn(body)).toBeNull();
  });

  it('a usage is found where any vendor puts it', () => {
    expect(usageIn({ usage: null, x_groq: { usage: 1 } })).toBe(1);
    expect(usageIn({ usage: 2, x_groq: { usage: 1 } })).toBe(2);
  });
});

describe('what upstreams say of their load', () => {
  const { gauges } = VENDOR_FACTS.vllm;
  const read = (text: string) => readLoad(text, gauges ?? { running: [], waiting: [], cacheShare: [] });

  it('requests of all engines together, the fullest of their caches', () => {
    const text = `# HELP vllm:num_requests_running Number of requests.
vllm:num_requests_running{engine="0",model_name="a} b"} 3.0
vllm:num_requests_running{engine="1"} 4 1395066363000
vllm:num_requests_waiting 1e1
vllm:kv_cache_usage_perc{engine="0"} 0.5
vllm:kv_cache_usage_perc{engine="1"} 0.125
`;
    expect(read(text)).toEqual({ running: 7, waiting: 10, cacheShare: 5_000 });
  });

  it('an older version’s name counts where the newer is not there', () => {
    expect(read('vllm:gpu_cache_usage_perc 0.1').cacheShare).toBe(1_000);
  });

  it.each(['', '<html>', 'vllm:num_requests_running NaN', '{"running": 3}'])('%j says nothing', (text) => {
    expect(read(text)).toEqual({ running: null, waiting: null, cacheShare: null });
  });

  it.each([
    ['https://a.example/v1', 'https://a.example/metrics'],
    ['https://a.example/v1/', 'https://a.example/metrics'],
    ['https://a.example/llama/v1', 'https://a.example/llama/metrics'],
    ['https://a.example', 'https://a.example/metrics'],
  ])('is at the root of %s', (endpoint, url) => {
    expect(metricsUrlOf(endpoint)).toBe(url);
  });
});

it.each([
  ['nvidia-h100', 'vLLM 0.12', 'vllm'],
  ['google-tpu-v6e', 'tpu vllm', 'vllm'],
  ['intel-gaudi-3', 'TGI 3.3', 'tgi'],
  ['amd-mi300x', 'text-generation-inference 3', 'tgi'],
  ['nvidia-h200', 'SGLang 0.5', 'sglang'],
  ['cerebras-wse-3', 'cerebras-inference 2.4', 'cerebras'],
  ['groq-lpu', 'production', 'groq'],
  ['cerebras-wse-3', 'production', 'cerebras'],
  ['nvidia-h100', 'TensorRT-LLM 1.0', 'openai'],
])('a pool on %s that runs %s is spoken to as %s', (platform, runtime, vendor) => {
  expect(vendorOf({ platform, runtime })).toBe(vendor);
});
