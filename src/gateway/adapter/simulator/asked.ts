import type { Asked } from './answer.js';
import type { Scenario } from './scenario.js';

type Body = Readonly<Record<string, unknown>>;

const BYTES_PER_TOKEN = 4;

/** Reads a request as loosely as the servers it stands for do. */
export function readAsked(
  kind: Asked['kind'],
  body: Body,
  scenario: Scenario,
  random: () => number,
): Asked {
  const { model, stream, stream_options: options, max_tokens, max_completion_tokens: completion } = body;
  const limit = numberOf(completion) ?? numberOf(max_tokens) ?? Infinity;
  const wanted = wantedOf(scenario, random);
  const tool = toolOf(body);
  return {
    kind,
    model: typeof model === 'string' ? model : 'simulated',
    isStream: stream === true,
    includesUsage: (options as Body | undefined)?.['include_usage'] === true,
    tool,
    promptTokens: promptTokensOf(body),
    outputTokens: Math.min(wanted, limit),
    finish: tool !== null ? 'tool_calls' : wanted > limit ? 'length' : 'stop',
  };
}

function wantedOf({ tokens, fault }: Scenario, random: () => number): number {
  if (fault === 'empty') return 0;
  return tokens === 0 ? 16 + Math.floor(random() * 49) : tokens;
}

/** Four bytes of prompt a token. */
export function promptTokensOf({ messages, prompt, input }: Body): number {
  const text = JSON.stringify(messages ?? prompt ?? input ?? '');
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN));
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** A tool is called when one must be. */
function toolOf({ tools, tool_choice: choice }: Body): string | null {
  if (choice === undefined || choice === 'none' || choice === 'auto' || !Array.isArray(tools)) return null;
  const [first] = tools as readonly { readonly function?: { readonly name?: unknown } }[];
  const name = first?.function?.name;
  return typeof name === 'string' ? name : null;
}
