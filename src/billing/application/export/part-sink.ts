import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Claim, ExportStore } from './export-store.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Of a part, before it is compressed: what is kept in memory. */
const PART_BYTES = 1_048_576;

/** Takes the bytes of a file as they come and writes them in parts, each compressed by itself. */
export class PartSink {
  private readonly hash = createHash('sha256');
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private part = 0;
  private total = 0n;

  constructor(
    private readonly store: ExportStore,
    private readonly claim: Claim,
  ) {}

  readonly write = async (bytes: Uint8Array): Promise<void> => {
    this.hash.update(bytes);
    this.total += BigInt(bytes.length);
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.waitingBytes >= PART_BYTES) await this.flush();
  };

  async finish(): Promise<{ readonly bytes: bigint; readonly sha256: string }> {
    await this.flush();
    return { bytes: this.total, sha256: this.hash.digest('hex') };
  }

  private async flush(): Promise<void> {
    if (this.waitingBytes === 0) return;
    const content = await compress(Buffer.concat(this.waiting), { level: 1 });
    [this.waiting, this.waitingBytes] = [[], 0];
    await this.store.putPart(this.claim, this.part, content);
    this.part += 1;
  }
}

/** The bytes of a file that was made, part by part. */
export async function* readParts(
  store: ExportStore,
  exportId: string,
  attempt: string,
): AsyncGenerator<Buffer> {
  for (let part = 0; ; part += 1) {
    const content = await store.part(exportId, attempt, part);
    if (content === null) return;
    yield await decompress(content);
  }
}
