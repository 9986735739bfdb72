import { Injectable } from '@nestjs/common';

/** How many streams of each key are under way in this process. */
@Injectable()
export class StreamCount {
  private readonly counts = new Map<string, number>();

  of(keyId: string): number {
    return this.counts.get(keyId) ?? 0;
  }

  /** Counts one until what is returned is called. */
  begin(keyId: string): () => void {
    this.add(keyId, 1);
    return () => this.add(keyId, -1);
  }

  private add(keyId: string, more: number): void {
    const count = this.of(keyId) + more;
    if (count > 0) this.counts.set(keyId, count);
    else this.counts.delete(keyId);
  }
}
