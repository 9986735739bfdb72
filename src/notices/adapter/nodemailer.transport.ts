import { createTransport, type SendMailOptions } from 'nodemailer';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MailTransport, type MailOutcome, type OutgoingMail } from '../application/mail-transport.js';

const CONNECT_MS = 10_000;
const SOCKET_MS = 30_000;
/** Of the stand-in: the oldest go first. */
const FILES_MAX = 500;

/** What is said of a message beside what it says. Attachments and contents by path or URL are refused. */
function optionsOf(from: string, { messageId, to, subject, text, html }: OutgoingMail): SendMailOptions {
  const domain = /@([a-z0-9.-]+)/i.exec(from)?.[1] ?? 'headroom.invalid';
  return {
    ...{ from, to, subject, text, html, messageId: `<${messageId}@${domain}>` },
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  };
}

/** A mail server, by SMTP. */
export class SmtpTransport extends MailTransport {
  override readonly isStandIn = false;
  private readonly transporter: ReturnType<typeof transporterOf>;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transporter = transporterOf(url);
  }

  override async send(mail: OutgoingMail): Promise<MailOutcome> {
    try {
      await this.transporter.sendMail(optionsOf(this.from, mail));
      return { kind: 'sent' };
    } catch (error) {
      return failureOf(error);
    }
  }
}

function transporterOf(url: string): ReturnType<typeof createTransport> {
  const parsed = new URL(url);
  const isSecure = parsed.protocol === 'smtps:';
  const { username, password } = parsed;
  return createTransport({
    ...{ host: parsed.hostname, port: Number(parsed.port || (isSecure ? 465 : 587)), secure: isSecure },
    // A password goes through no open line.
    ...(username !== '' && { requireTLS: true, auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SOCKET_MS },
  });
}

/** A mail server's words may hold the address: its code is all that is kept of them. */
function failureOf(error: unknown): MailOutcome {
  const { responseCode, code } = error as { readonly responseCode?: unknown; readonly code?: unknown };
  if (typeof responseCode === 'number') {
    // Not those that speak of us, such as a wrong password.
    const isFinal = responseCode === 550 || responseCode === 551 || responseCode === 553;
    return { kind: 'failed', failure: `SMTP ${responseCode}`, isFinal };
  }
  return { kind: 'failed', failure: typeof code === 'string' ? code : 'UNKNOWN', isFinal: false };
}

/** Keeps messages as files, as a mail server would get them. Nothing goes out. */
export class FileTransport extends MailTransport {
  override readonly isStandIn = true;
  private readonly writer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });

  constructor(
    private readonly folder: string,
    private readonly from: string,
  ) {
    super();
  }

  override async send(mail: OutgoingMail): Promise<MailOutcome> {
    const options = optionsOf(this.from, mail);
    const headers = { 'Auto-Submitted': 'auto-generated', 'X-Headroom-Stand-In': 'nothing was sent' };
    const { message } = await this.writer.sendMail({ ...options, headers });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `${mail.messageId}.eml`);
    // Whole or not at all, whatever stops in between.
    await writeFile(`${path}.part`, message as Buffer, { mode: 0o600 });
    await rename(`${path}.part`, path);
    await this.prune();
    return { kind: 'sent' };
  }

  private async prune(): Promise<void> {
    const paths = (await readdir(this.folder)).filter((name) => name.endsWith('.eml')).map((name) => join(this.folder, name));
    if (paths.length <= FILES_MAX) return;
    const ages = await Promise.all(paths.map(async (path) => ({ path, at: await writtenAt(path) })));
    const surplus = ages.toSorted((a, b) => a.at - b.at).slice(0, paths.length - FILES_MAX);
    await Promise.all(surplus.map(({ path }) => rm(path, { force: true })));
  }
}

/** Somebody else may have removed it already. */
async function writtenAt(path: string): Promise<number> {
  return stat(path).then(({ mtimeMs }) => mtimeMs, () => 0);
}
