/**
 * Names one attempt to change something. The name stays while nobody knows what became of the
 * attempt, so that trying again cannot do it twice; other content, or an answer, ends it.
 */
export class Attempt {
  private current: { readonly key: string; readonly content: string } | null = null;

  constructor(private readonly makeKey: () => string) {}

  keyFor(input: unknown): string {
    const content = JSON.stringify(input);
    if (this.current?.content !== content) this.current = { key: this.makeKey(), content };
    return this.current.key;
  }

  answered(): void {
    this.current = null;
  }
}

/** Sixteen random bytes; `crypto.randomUUID` is missing where the page came over plain HTTP. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
