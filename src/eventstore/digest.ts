import { hash } from 'node:crypto';

/**
 * SHA-256 of a text, 32 bytes. Asked for as text and put where other small buffers lie: a buffer that
 * has memory of its own, as the hash itself gives it, costs as much again to make and to collect.
 */
export function sha256(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'binary'), 'binary');
}
