import { keptAlive } from './kept-alive.js';

describe('work that is kept alive', () => {
  it('says so as long as it takes, also when that fails, and no longer', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    let said = 0;
    let enough = (): void => undefined;
    const third = new Promise<void>((resolve) => (enough = resolve));
    const renew = async (): Promise<void> => {
      said += 1;
      if (said === 3) enough();
      throw new Error('the database is away');
    };
    expect(await keptAlive(renew, 1, () => third.then(() => 'done'))).toBe('done');
    expect(timers()).toBe(before);
  });

  it('fails as the work does', async () => {
    await expect(keptAlive(async () => undefined, 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
