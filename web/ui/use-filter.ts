import { useSearchParams } from './router.js';

/** Without the mark that no text of the exchange has, which it would refuse the whole question for. */
export function sayable(text: string): string {
  return text.replaceAll('\u0000', '');
}

/** What one looks for, kept in the address: of each name its text, empty where nothing is asked. */
export function useFilter<Name extends string>(
  names: readonly Name[],
): {
  readonly filter: Readonly<Record<Name, string>>;
  readonly set: (name: Name) => (value: string) => void;
  readonly clear: () => void;
  readonly isSet: boolean;
} {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(names.map((name) => [name, sayable(search.get(name) ?? '')])) as Record<Name, string>;
  const set = (name: Name) => (value: string): void => {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  const clear = (): void => setSearch(new URLSearchParams(), { replace: true });
  return { filter, set, clear, isSet: names.some((name) => filter[name] !== '') };
}
