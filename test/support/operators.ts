import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import type { ApiClient, TestApp } from './app.js';

/**
 * Everybody of an organization runs the exchange from now on: a product has no door to that. Who somebody is
 * is remembered for a moment after a request.
 */
export async function appoint({ application }: TestApp, organization: string): Promise<void> {
  await application.get<Pool>(POOL).query(
    `UPDATE member SET is_platform_admin = true
     WHERE organization_id = (SELECT organization_id FROM organization WHERE name = $1)`,
    [organization],
  );
}

/** An owner of an organization of its own, who runs the exchange. */
export async function signUpOperator(app: TestApp, organization = 'Operators'): Promise<ApiClient> {
  const client = await app.signUp(organization);
  await appoint(app, organization);
  return client;
}
