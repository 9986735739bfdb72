import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { present } from '../../../../kernel/assert.js';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, type ApiError } from './api-error.js';
import type { ParameterSchema } from './description.js';
import { asList, type FormTree } from './form-data.js';

const INTEGER = /^-?\d{1,15}$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,9})?$/;
const BOOLEAN = /^(true|false)$/;
const SCALARS: ReadonlySet<string> = new Set(['integer', 'number', 'boolean']);
const SHOWN_MAX = 100;

const ajv = new Ajv({ allErrors: true, verbose: true, code: { optimize: false } });
/** A large schema takes 0.1 s to compile, so each is compiled at its first use, and once. */
const compiled = new WeakMap<ParameterSchema, ValidateFunction>();

/**
 * Checks request parameters against a schema that was derived from Stripe's own types: the
 * parameters with their types, or Stripe's refusal.
 */
export function checkParameters(
  schema: ParameterSchema,
  form: FormTree,
): Result<unknown, ApiError> {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  const params = coerce(form, schema);
  if (validate(params)) return ok(params);
  const errors = [...(validate.errors ?? [])].sort((a, b) => weight(a) - weight(b));
  return refusal(present(errors[0], 'the error of a failed validation'));
}

/** Form data is text only: the schema says what is a number, a truth value or a list. */
function coerce(value: string | FormTree, schema: ParameterSchema): unknown {
  const options = schema.anyOf ?? [schema];
  if (typeof value === 'string') return coerceText(value, options);
  const items = options.find((option) => option.type === 'array')?.items;
  const list = items === undefined ? null : asList(value);
  if (list !== null && items !== undefined) return list.map((item) => coerce(item, items));
  const map = options.find((option) => option.type === 'object');
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, coerce(member, memberOf(map, name))]),
  );
}

function memberOf(map: ParameterSchema | undefined, name: string): ParameterSchema {
  const { properties = {}, additionalProperties = false } = map ?? {};
  const named = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return named ?? (additionalProperties === false ? {} : additionalProperties);
}

function coerceText(text: string, options: readonly ParameterSchema[]): unknown {
  const isText = options.some((option) => option.type === 'string' || option.enum?.includes(text));
  if (isText) return text;
  const types = new Set(options.map((option) => option.type));
  const isNumber =
    (types.has('integer') && INTEGER.test(text)) || (types.has('number') && NUMBER.test(text));
  if (isNumber) return Number(text);
  return types.has('boolean') && BOOLEAN.test(text) ? text === 'true' : text;
}

/**
 * Of all errors the one that helps most. A value with alternatives fails each of them: a wrong
 * scalar is reported before "not an object", and the mere alternative of unsetting it last.
 */
function weight(error: ErrorObject): number {
  switch (error.keyword) {
    case 'additionalProperties':
      return 0;
    case 'required':
      return 1;
    case 'type':
      return SCALARS.has((error.params as { type: string }).type) ? 2 : 4;
    case 'enum':
      return isUnsetOnly(error) ? 5 : 3;
    case 'anyOf':
      return 6;
    default:
      return 3;
  }
}

function isUnsetOnly(error: ErrorObject): boolean {
  const { allowedValues } = error.params as { allowedValues: readonly unknown[] };
  return allowedValues.length === 1 && allowedValues[0] === '';
}

function refusal(error: ErrorObject): Result<never, ApiError> {
  const param = paramName(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    const { additionalProperty } = error.params as { additionalProperty: string };
    const name = paramName(error.instancePath, additionalProperty);
    return invalidRequest('parameter_unknown', `Received unknown parameter: ${name}`, name);
  }
  if (error.keyword === 'required') {
    const { missingProperty } = error.params as { missingProperty: string };
    const name = paramName(error.instancePath, missingProperty);
    return invalidRequest('parameter_missing', `Missing required param: ${name}.`, name);
  }
  if (error.data === '') {
    const message =
      `You passed an empty string for '${param}'. We assume empty values are an attempt to ` +
      `unset a parameter; however '${param}' cannot be unset. You should remove '${param}' ` +
      'from your request or supply a non-empty value.';
    return invalidRequest('parameter_invalid_empty', message, param);
  }
  return mistyped(error, param);
}

function mistyped(error: ErrorObject, param: string): Result<never, ApiError> {
  if (error.keyword === 'type') {
    const { type } = error.params as { type: string };
    const code = type === 'integer' ? 'parameter_invalid_integer' : null;
    return invalidRequest(code, `Invalid ${type}: ${shown(error.data)}`, param);
  }
  if (error.keyword === 'enum') {
    const { allowedValues } = error.params as { allowedValues: readonly unknown[] };
    const allowed = allowedValues.filter((value) => value !== '').join(', ');
    return invalidRequest(null, `Invalid ${param}: must be one of ${allowed}`, param);
  }
  return invalidRequest(null, `Invalid ${param}: ${error.message ?? 'refused'}`, param);
}

/** `/metadata/key` is `metadata[key]`. */
function paramName(pointer: string, ...more: readonly string[]): string {
  const steps = pointer.split('/').slice(1).map(unescapePointer);
  const [first = '', ...rest] = [...steps, ...more];
  return first + rest.map((step) => `[${step}]`).join('');
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}
