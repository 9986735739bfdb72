import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/prisma.js';
import type { ControlChange as Row } from '../../platform/prisma/generated/client.js';

export interface ControlChangeView {
  readonly version: number;
  readonly changedAt: Date;
  readonly actor: string;
  readonly control: string;
  readonly subject: string;
  readonly values: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

type Setting = Readonly<Record<string, string | null>> | null;

/** Changes of finance controls, newest first. */
@Injectable()
export class ControlChanges {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** `before`: a version; what is none ends the list. */
  async list(organizationId: string, before: string | null, limit: number): Promise<readonly ControlChangeView[]> {
    const isVersion = before !== null && /^\d{1,9}$/.test(before);
    const version = isVersion ? Number(before) : 0;
    const rows = await this.database.controlChange.findMany({
      where: { organizationId, ...(before === null ? {} : { version: { lt: version } }) },
      orderBy: { version: 'desc' },
      take: limit,
    });
    return rows.map(viewOf);
  }
}

function viewOf({ before: then, after: now, ...row }: Row): ControlChangeView {
  const [before, after] = [then as Setting, now as Setting];
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].toSorted();
  const values = names
    .map((name) => ({ name, before: before?.[name] ?? null, after: after?.[name] ?? null }))
    .filter((value) => value.before !== value.after);
  return { ...row, values };
}
