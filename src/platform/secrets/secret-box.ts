import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must be kept and read again (AES-256-GCM), bound to what it belongs to. */
export class SecretBox {
  private readonly encryptionKey: Buffer;
  private readonly signingKey: Buffer;

  /** @param secretKey 32 random bytes in base64url */
  constructor(secretKey: string) {
    const derive = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', Buffer.from(secretKey, 'base64url'), '', purpose, 32));
    this.encryptionKey = derive('headroom/encryption/1');
    this.signingKey = derive('headroom/signing/1');
  }

  /** `owner` is authenticated with the text: a sealed secret moved elsewhere does not open. */
  seal(plain: string, owner: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.encryptionKey, nonce).setAAD(Buffer.from(owner));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** @throws Error when the text was changed, belongs to another owner or to another key */
  open(sealed: Buffer, owner: string): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.encryptionKey, nonce)
      .setAAD(Buffer.from(owner))
      .setAuthTag(tag);
    const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }

  /** HMAC-SHA-256 for links and cursors that must come back unchanged. */
  sign(text: string): string {
    return createHmac('sha256', this.signingKey).update(text).digest('base64url');
  }
}

/** The embedded product's own key: made once, readable by its owner only, never printed. */
export async function ownSecretKey(dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'secret-key');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  await mkdir(dataFolder, { recursive: true });
  const made = randomBytes(32).toString('base64url');
  await writeFile(path, made, { mode: 0o600 });
  return made;
}
