import { Zip, ZipDeflate } from 'fflate';

/** The first day that a zip can name: the time of making would make every archive another file. */
const NO_TIME = new Date(1980, 0, 1);

/** A zip as it is written, file by file: none is kept. The same files in the same order give the same bytes. */
export class Archive {
  private written: Uint8Array[] = [];
  private failure: Error | null = null;
  private readonly zip = new Zip((error, bytes) => {
    if (error === null) this.written.push(bytes);
    else this.failure = error;
  });

  /** @returns what is written of the zip by now */
  add(name: string, content: Uint8Array): readonly Uint8Array[] {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = NO_TIME;
    this.zip.add(entry);
    entry.push(content, true);
    return this.taken();
  }

  end(): readonly Uint8Array[] {
    this.zip.end();
    return this.taken();
  }

  private taken(): readonly Uint8Array[] {
    if (this.failure !== null) throw this.failure;
    const { written } = this;
    this.written = [];
    return written;
  }
}
