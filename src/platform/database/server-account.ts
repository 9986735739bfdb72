import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** The operating system account that the database server runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts a root user's server can run as: PostgreSQL refuses to run as root. */
const CANDIDATES = ['postgres', 'nobody'];
const SEARCH_BIT = { other: 0o001, group: 0o010, owner: 0o100 } as const;

/** Null means: as whoever runs this process. */
export async function serverAccount(): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = new Map(
    (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return [name, { uid: Number(uid), gid: Number(gid) }] as const;
    }),
  );
  const found = CANDIDATES.flatMap((name) => accounts.get(name) ?? [])[0];
  if (found === undefined) {
    throw new Error(
      `PostgreSQL cannot run as root and there is no account ${CANDIDATES.join(' or ')}: run as an ordinary user or set DATABASE_URL`,
    );
  }
  return found;
}

/** Whether the account can pass through every folder down to the path's parent. */
export async function canReach(account: ServerAccount | null, path: string): Promise<boolean> {
  if (account === null) return true;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    let bit: number = SEARCH_BIT.other;
    if (uid === account.uid) bit = SEARCH_BIT.owner;
    else if (gid === account.gid) bit = SEARCH_BIT.group;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
