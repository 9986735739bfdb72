import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** The clock of one process, which jumps as it is told: Debian's `faketime` under the process. */
export class FakedClock {
  private constructor(
    private readonly folder: string,
    readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** @param now epoch ms that the process begins with */
  static async at(now: number): Promise<FakedClock> {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-clock-'));
    const clock = new FakedClock(folder, {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: join(folder, 'time'),
      FAKETIME_CACHE_DURATION: '1',
      // How long something takes is not what jumps.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_FORCE_MONOTONIC_FIX: '0',
    });
    clock.jumpTo(now);
    return clock;
  }

  jumpTo(now: number): void {
    const seconds = Math.round((now - Date.now()) / 1_000);
    writeFileSync(join(this.folder, 'time'), `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
