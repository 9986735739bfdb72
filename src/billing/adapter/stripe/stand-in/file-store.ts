import { link, mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from '../../../../kernel/assert.js';
import type { Collection, Collections } from './collections.js';
import { StandInIndex, type Change, type StandInStore } from './store.js';

/** One file: everything up to a commit (the snapshot), or what one commit changed. */
interface StoredChanges {
  readonly sequence: number;
  readonly changes: readonly Change[];
}

const SNAPSHOT = 'snapshot.json';
const COMMIT = /^commit-(\d{12})\.json$/;
const TEMPORARY = /\.tmp$/;

/**
 * The stand-in's objects as JSON files in one folder, so that they outlive the process.
 *
 * A commit is one file, written and synced under another name first: it is there whole or not at
 * all, also after `kill -9`. Opening folds the commits into one snapshot. One process at a time
 * writes a folder; a second one is noticed at its first commit, which then fails.
 */
export class FileStandInStore implements StandInStore {
  private readonly index = new StandInIndex();
  private sequence = 0;
  private tail: Promise<void> = Promise.resolve();

  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<FileStandInStore> {
    const store = new FileStandInStore(folder);
    await store.load();
    return store;
  }

  get<C extends Collection>(collection: C, id: string): Collections[C] | undefined {
    return this.index.get(collection, id);
  }

  list<C extends Collection>(collection: C): readonly Collections[C][] {
    return this.index.list(collection);
  }

  commit(changes: readonly Change[]): Promise<void> {
    const text = JSON.stringify(changes);
    const committed = this.tail.then(() => this.write(text));
    // A failed commit is its caller's to hear of; the next one still gets its turn.
    this.tail = committed.catch(() => undefined);
    return committed;
  }

  private async write(changesText: string): Promise<void> {
    const sequence = this.sequence + 1;
    const name = commitName(sequence);
    const text = `{"sequence":${sequence},"changes":${changesText}}`;
    const temporary = await this.writeTemporary(name, text);
    // Unlike a rename, a link refuses to replace what another process has put there.
    await link(temporary, join(this.folder, name)).finally(() => rm(temporary, { force: true }));
    await syncFolder(this.folder);
    this.sequence = sequence;
    this.index.apply(JSON.parse(changesText) as Change[]);
  }

  private async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const names = await readdir(this.folder);
    if (names.includes(SNAPSHOT)) this.fold(await this.read(SNAPSHOT));
    const snapshotAt = this.sequence;
    const commits = names.filter((name) => COMMIT.test(name)).sort();
    for (const name of commits) {
      const stored = await this.read(name);
      if (stored.sequence <= snapshotAt) continue;
      assert(stored.sequence === this.sequence + 1, `${name} in ${this.folder} follows a gap`);
      this.fold(stored);
    }
    if (this.sequence > snapshotAt) await this.writeSnapshot();
    const stale = [...commits, ...names.filter((name) => TEMPORARY.test(name))];
    await Promise.all(stale.map((name) => rm(join(this.folder, name), { force: true })));
  }

  private fold({ sequence, changes }: StoredChanges): void {
    this.index.apply(changes);
    this.sequence = sequence;
  }

  private async read(name: string): Promise<StoredChanges> {
    const path = join(this.folder, name);
    try {
      return JSON.parse(await readFile(path, 'utf8')) as StoredChanges;
    } catch (cause) {
      throw new Error(`${path} is damaged; remove the folder to start afresh`, { cause });
    }
  }

  private async writeSnapshot(): Promise<void> {
    const { sequence } = this;
    const stored: StoredChanges = { sequence, changes: this.index.snapshot() };
    const temporary = await this.writeTemporary(SNAPSHOT, JSON.stringify(stored));
    await rename(temporary, join(this.folder, SNAPSHOT));
    await syncFolder(this.folder);
  }

  private async writeTemporary(name: string, text: string): Promise<string> {
    const path = join(this.folder, `${name}.${process.pid}.tmp`);
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }
}

function commitName(sequence: number): string {
  return `commit-${String(sequence).padStart(12, '0')}.json`;
}

/** Makes a new name durable. Windows has no way to ask for it and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
