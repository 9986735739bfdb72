import { unless, within, type Issue } from '../../kernel/issue.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { GuardrailsOf } from '../application/guardrail.service.js';
import { GUARDRAIL_LIMITS, type Coalescing, type Deadline } from '../model/guardrails.js';
import type { CoalescingInput, DeadlineInput, SetGuardrailsInput } from './guardrails.types.js';

/** A context holds a token of the prompt and one of the answer at least. */
const CONTEXT_MIN = 2;

/** Reads what is to be set; everything that is wrong with it is named. */
export function readGuardrails(input: SetGuardrailsInput): Result<GuardrailsOf, readonly Issue[]> {
  const { keyId = null, contextTokensMax = null, outputTokensMax = null } = input;
  const issues = [
    ...whole('contextTokensMax', contextTokensMax, CONTEXT_MIN),
    ...whole('outputTokensMax', outputTokensMax),
    ...within('coalescing', checkCoalescing(input.coalescing ?? null)),
    ...within('deadline', checkDeadline(input.deadline ?? null)),
  ];
  if (issues.length > 0) return err(issues);
  const caps = { contextTokensMax, outputTokensMax };
  return ok({ keyId, ...caps, coalescing: coalescingOf(input), deadline: deadlineOf(input) });
}

function checkCoalescing(coalescing: CoalescingInput | null): readonly Issue[] {
  if (coalescing === null) return [];
  const { windowMs, fromStreams } = coalescing;
  return [...whole('windowMs', windowMs), ...whole('fromStreams', fromStreams)];
}

function checkDeadline(deadline: DeadlineInput | null): readonly Issue[] {
  return deadline === null ? [] : whole('afterMs', deadline.afterMs);
}

function coalescingOf({ coalescing = null }: SetGuardrailsInput): Coalescing | null {
  return coalescing === null ? null : { ...coalescing };
}

function deadlineOf({ deadline = null }: SetGuardrailsInput): Deadline | null {
  return deadline === null ? null : { afterMs: deadline.afterMs, lowerTo: deadline.lowerTo ?? null };
}

function whole(
  field: keyof typeof GUARDRAIL_LIMITS,
  value: number | null,
  min = 1,
): readonly Issue[] {
  const max = GUARDRAIL_LIMITS[field];
  const isFit = value === null || (value >= min && value <= max);
  return unless(isFit, { field, reason: 'is out of range', accepted: `${min} to ${max}` });
}
