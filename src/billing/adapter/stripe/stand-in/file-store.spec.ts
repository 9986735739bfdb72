import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStandInStore } from './file-store.js';
import { startHarness, startReceiver } from './stand-in.testing.js';
import type { Change, StandInStore } from './store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const delivery = (id: string, attempts: number): Change => ({
  collection: 'deliveries',
  id,
  value: { id, attempts, state: 'pending' },
});
const removal = (id: string): Change => ({ collection: 'deliveries', id, value: null });
const attemptsIn = (store: StandInStore): number[] =>
  store.list('deliveries').map(({ attempts }) => attempts);

describe('the file store', () => {
  it('keeps what was committed, in order, over any number of restarts', async () => {
    const first = await FileStandInStore.open(folder);
    await first.commit([delivery('a', 1), delivery('b', 2)]);
    await Promise.all([first.commit([delivery('c', 3)]), first.commit([removal('a')])]);
    const second = await FileStandInStore.open(folder);
    expect(attemptsIn(second)).toEqual([2, 3]);
    await second.commit([delivery('b', 4)]);
    expect(attemptsIn(await FileStandInStore.open(folder))).toEqual([4, 3]);
    expect(await readdir(folder)).toEqual(['snapshot.json']);
  });

  it('ignores a commit that was cut short, and cleans up', async () => {
    const store = await FileStandInStore.open(folder);
    await store.commit([delivery('a', 1)]);
    await writeFile(join(folder, 'commit-000000000002.json.1.tmp'), '{"sequence":2,"chan');
    expect(attemptsIn(await FileStandInStore.open(folder))).toEqual([1]);
    expect(await readdir(folder)).toEqual(['snapshot.json']);
  });

  it('takes up a snapshot whose commits were not yet removed', async () => {
    const store = await FileStandInStore.open(folder);
    await store.commit([delivery('a', 1)]);
    const name = 'commit-000000000001.json';
    const text = await readFile(join(folder, name));
    await FileStandInStore.open(folder);
    await writeFile(join(folder, name), text);
    const again = await FileStandInStore.open(folder);
    await again.commit([delivery('b', 2)]);
    expect(attemptsIn(await FileStandInStore.open(folder))).toEqual([1, 2]);
  });

  it('names a file that is damaged and a gap', async () => {
    await writeFile(join(folder, 'commit-000000000002.json'), '{"sequence":2,"changes":[]}');
    await expect(FileStandInStore.open(folder)).rejects.toThrow('follows a gap');
    await writeFile(join(folder, 'snapshot.json'), '{');
    await expect(FileStandInStore.open(folder)).rejects.toThrow('snapshot.json is damaged');
  });

  it('does not write over another process', async () => {
    const one = await FileStandInStore.open(folder);
    const other = await FileStandInStore.open(folder);
    await one.commit([delivery('a', 1)]);
    await expect(other.commit([delivery('b', 2)])).rejects.toThrow('EEXIST');
    expect(attemptsIn(other)).toEqual([]);
    expect(attemptsIn(await FileStandInStore.open(folder))).toEqual([1]);
  });
});

describe('a restart of the stand-in', () => {
  const PARAMS = { amount: 500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };
  const KEY = { idempotencyKey: 'top-up-1' };

  it('keeps payments and answers to idempotency keys, and delivers what was pending', async () => {
    const before = await startHarness({
      store: await FileStandInStore.open(folder),
      webhookUrl: 'http://127.0.0.1:9/nobody-listens',
      retryDelaysMs: [3_600_000],
    });
    const payment = await before.stripe.paymentIntents.create(PARAMS, KEY);
    await before.standIn.close();

    const receiver = await startReceiver();
    const store = await FileStandInStore.open(folder);
    const after = await startHarness({ store, webhookUrl: receiver.url });
    const retrieved = await after.stripe.paymentIntents.retrieve(payment.id);
    expect({ ...retrieved }).toEqual({ ...payment });
    expect((await after.stripe.paymentIntents.create(PARAMS, KEY)).id).toBe(payment.id);
    await after.standIn.deliveriesSettled();
    expect(receiver.received).toHaveLength(3);
    expect(store.list('deliveries').map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'delivered'),
    );
    await after.standIn.close();
    await receiver.close();
  });

  it('answers 500 when it cannot write, and has done nothing', async () => {
    const failures: Error[] = [];
    const store = await FileStandInStore.open(folder);
    const harness = await startHarness({ store, onError: (error) => failures.push(error) });
    await (await FileStandInStore.open(folder)).commit([delivery('another process', 1)]);
    const request = harness.stripe.paymentIntents.create(PARAMS, KEY);
    await expect(request).rejects.toMatchObject({ statusCode: 500, rawType: 'api_error' });
    expect(store.list('payment_intents')).toHaveLength(0);
    expect(failures).toHaveLength(1);
    await harness.standIn.close();
  });
});
