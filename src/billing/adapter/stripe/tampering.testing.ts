import type { ParameterSchema } from './stand-in/description.js';

export type Parameter = readonly [name: string, value: string];

/** Maps of which Stripe takes any name. */
const FREE = ['metadata', 'payload'];
const INDEX = /^\d*$/;

/** `a[b][0]` is a, b and 0. */
const stepsOf = (name: string): readonly string[] => name.replaceAll(']', '').split('[');
const nameOf = ([first = '', ...rest]: readonly string[]): string => first + rest.map((step) => `[${step}]`).join('');
const isIn = (place: string, name: string): boolean => name === place || name.startsWith(`${place}[`);

/** Everything that parameters are and are part of: of `a[b][0]` it is `a`, `a[b]` and `a[b][0]`. */
export function placesOf(parameters: readonly Parameter[]): readonly string[] {
  const places = parameters.flatMap(([name]) => {
    const steps = stepsOf(name);
    return steps.map((_, index) => nameOf(steps.slice(0, index + 1)));
  });
  return [...new Set(places)];
}

/** Those of them whose last name Stripe has given. */
export function namedPlacesOf(parameters: readonly Parameter[]): readonly string[] {
  return placesOf(parameters).filter((place) => {
    const steps = stepsOf(place);
    return !INDEX.test(steps.at(-1) ?? '') && !steps.slice(0, -1).some((step) => FREE.includes(step));
  });
}

/** A place with another last name. */
export const misspelt = (place: string): string => nameOf([...stepsOf(place).slice(0, -1), `${stepsOf(place).at(-1) ?? ''}x`]);

/** All that is in a place is under its other name. */
export const misspell = (place: string) => (given: readonly Parameter[]): readonly Parameter[] =>
  given.map(([name, value]) => [isIn(place, name) ? misspelt(place) + name.slice(place.length) : name, value]);

/** Something else stands in a place. */
export const put = (place: string, parameter: Parameter) => (given: readonly Parameter[]): readonly Parameter[] => [
  ...given.filter(([name]) => !isIn(place, name)),
  parameter,
];

/** A path such as `data.charge` with each of its names misspelt. */
export function misspeltPaths(path: string): readonly string[] {
  const steps = path.split('.');
  return steps.map((_, index) => steps.map((step, at) => (at === index ? `${step}x` : step)).join('.'));
}

interface Mistyped {
  readonly what: string;
  readonly how: ReturnType<typeof put>;
}

/** All ways in which what stands in a place can be of another type than Stripe's. */
export function mistypings(place: string, parameters: readonly Parameter[], schema: ParameterSchema): readonly Mistyped[] {
  const isOne = parameters.some(([name]) => name === place);
  if (!isOne) return [{ what: `${place}=text`, how: put(place, [place, 'text']) }];
  const inside = `${place}[inside]`;
  const wrong = wrongText(schemaAt(schema, stepsOf(place)));
  return [
    { what: `${inside}=text`, how: put(place, [inside, 'text']) },
    ...(wrong === null ? [] : [{ what: `${place}=${wrong}`, how: put(place, [place, wrong]) }]),
  ];
}

const optionsOf = (schema: ParameterSchema): readonly ParameterSchema[] => schema.anyOf ?? [schema];

/** @throws Error when Stripe's description has nothing there */
function schemaAt(schema: ParameterSchema, steps: readonly string[]): ParameterSchema {
  const [step, ...rest] = steps;
  if (step === undefined) return schema;
  const within = optionsOf(schema).map(({ properties, items, additionalProperties }) => properties?.[step] ?? items ?? (additionalProperties || undefined));
  const found = within.find((one) => one !== undefined);
  if (found === undefined) throw new Error(`nothing is called ${step}`);
  return schemaAt(found, rest);
}

/** A text that is none of what can be there; null where any can be. */
function wrongText(schema: ParameterSchema): string | null {
  const options = optionsOf(schema);
  return options.some(({ type, enum: values }) => type === 'string' && values === undefined) ? null : '1.5x';
}
