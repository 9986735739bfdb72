import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimFolder, FolderInUseError } from '../../src/platform/database/folder-claim.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headroom-claim-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is somebody’s until it is given back', async () => {
  const giveBack = await claimFolder(folder);
  await expect(claimFolder(folder)).rejects.toEqual(new FolderInUseError(folder, process.pid));
  await giveBack();
  await expect(claimFolder(folder)).resolves.toBeDefined();
  expect(await readdir(folder)).toEqual(['claim.json']);
});

it.each([
  // No process has so high a number.
  ['has ended', { pid: 2 ** 30, beganAt: null }],
  ['has ended, and another process has its number by now', { pid: process.ppid, beganAt: '1' }],
  ['has ended, and had our number', { pid: process.pid, beganAt: '1' }],
  ['had our number, where nobody tells when it began', { pid: process.pid, beganAt: null }],
  ['left nothing that says who it was', {}],
])('is free when whoever had it %s', async (_name, left) => {
  await writeFile(join(folder, 'claim.json'), JSON.stringify(left));
  await expect(claimFolder(folder)).resolves.toBeDefined();
  expect(await readdir(folder)).toEqual(['claim.json']);
});

it('is not free while whoever had it lives, where nobody tells when it began', async () => {
  await writeFile(join(folder, 'claim.json'), JSON.stringify({ pid: process.ppid, beganAt: null }));
  await expect(claimFolder(folder)).rejects.toEqual(new FolderInUseError(folder, process.ppid));
});
