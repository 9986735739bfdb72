import type { Asked } from './answer.js';
import { DIALECT } from './dialect.js';
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
  const { model, stream, stream_options: options } = body;
  const limit = scenario.fault === 'over-limit' ? Infinity : limitOf(body);
  const wanted = wantedOf(scenario, random);
  const tool = toolOf(body);
  const outputTokens = Math.min(wanted, limit);
  return {
    kind,
    model: typeof model === 'string' ? model : 'simulated',
    isStream: stream === true,
    includesUsage: (options as Body | undefined)?.['include_usage'] === true,
    tool,
    promptTokens: promptTokensOf(body),
    outputTokens,
    thoughtTokens: kind === 'chat' && tool === null ? Math.min(thoughtOf(scenario), outputTokens) : 0,
    answers: answersTo(body),
    finish: tool !== null ? 'tool_calls' : wanted > limit ? 'length' : 'stop',
  };
}

const limitOf = ({ max_tokens, max_completion_tokens: completion }: Body): number =>
  [completion, max_tokens].map(numberOf).find((one) => one !== null) ?? Infinity;

const thoughtOf = ({ thought, dialect }: Scenario): number =>
  DIALECT[dialect].thoughtAs.length === 0 ? 0 : thought;

/** A list of texts, or of lists of tokens, is so many prompts. */
function answersTo({ prompt, n }: Body): number {
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
  return prompts * (numberOf(n) ?? 1);
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
