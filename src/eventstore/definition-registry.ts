import type { LogAudit } from './log-audit.js';
import type { StreamDefinition } from './stream-definition.js';

export type AnyDefinition = StreamDefinition<unknown, unknown, unknown, unknown, unknown>;

/** Every kind of stream, so that `verify` can fold whatever the log holds. */
export class DefinitionRegistry {
  private readonly byCategory = new Map<string, AnyDefinition>();
  private readonly auditList: LogAudit[] = [];

  /** @throws Error when the category is taken */
  add<State, Command, Event, Rejection, Answer>(
    definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
  ): void {
    const { category } = definition;
    if (this.byCategory.has(category)) throw new Error(`two definitions of streams ${category}-…`);
    this.byCategory.set(category, definition as unknown as AnyDefinition);
  }

  /** An invariant between streams. */
  addAudit(audit: LogAudit): void {
    this.auditList.push(audit);
  }

  get audits(): readonly LogAudit[] {
    return this.auditList;
  }

  find(category: string): AnyDefinition | undefined {
    return this.byCategory.get(category);
  }
}
