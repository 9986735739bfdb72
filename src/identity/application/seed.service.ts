import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/prisma.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { CLOCK, SETTINGS } from '../../platform/platform.module.js';
import { hashPassword, isPassword } from './password-hasher.js';

export interface DemoLogin {
  readonly email: string;
  readonly password: string;
}

const DEMO_EMAIL = 'demo@headroom.example';

/** What must be there before the first request. Every step may run again, in several processes. */
@Injectable()
export class SeedService {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The organization that runs the exchange and earns its fees. */
  async ensurePlatform(): Promise<void> {
    await this.database.$executeRaw`
      INSERT INTO organization
        (organization_id, name, is_provider, is_buyer, is_platform, created_at)
      VALUES (${uuidV7()}, 'Headroom', false, false, true, ${new Date(this.clock.now())})
      ON CONFLICT (is_platform) WHERE is_platform DO NOTHING`;
  }

  /** A login for whoever just started the product; its password stays the same between starts. */
  async ensureDemoLogin(): Promise<DemoLogin> {
    const login = await this.demoLogin();
    const existing = await this.database.member.findUnique({ where: { email: login.email } });
    if (existing === null) await this.createDemoMember(login);
    else if (!(await isPassword(existing.passwordHash, login.password))) {
      const passwordHash = await hashPassword(login.password);
      await this.database.member.update({ where: { email: login.email }, data: { passwordHash } });
    }
    return login;
  }

  private async demoLogin(): Promise<DemoLogin> {
    const path = join(this.settings.DATA_DIR, 'demo-login.json');
    const kept = await readFile(path, 'utf8').catch(() => null);
    if (kept !== null) return JSON.parse(kept) as DemoLogin;
    const login = { email: DEMO_EMAIL, password: randomBytes(12).toString('base64url') };
    await writeFile(path, `${JSON.stringify(login)}\n`, { mode: 0o600 });
    return login;
  }

  private async createDemoMember({ email, password }: DemoLogin): Promise<void> {
    const createdAt = new Date(this.clock.now());
    const organizationId = uuidV7();
    const passwordHash = await hashPassword(password);
    await this.database.organization.create({
      data: {
        ...{ organizationId, name: 'Demo', isProvider: true, isBuyer: true, createdAt },
        members: {
          create: {
            ...{ memberId: uuidV7(), email, name: 'Demo', passwordHash, role: 'owner', createdAt },
            isPlatformAdmin: true,
          },
        },
      },
    });
  }
}
