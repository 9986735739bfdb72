import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Role, Scope } from '../../identity/contract.js';

/**
 * Who may call a query, mutation or subscription. Every one of them carries an `Access`; a test
 * walks the schema and fails on one that does not.
 */
export type AccessRule =
  | { readonly who: 'anyone' }
  | { readonly who: 'platform-admin' }
  | {
      readonly who: 'members';
      readonly roles: readonly Role[];
      /** An API key with this scope may call it too; null: no key may. */
      readonly scope: Scope | null;
    };

export const ACCESS = Symbol('access');

/** Strangers too. */
export const AllowAnyone = (): CustomDecorator<symbol> =>
  SetMetadata<symbol, AccessRule>(ACCESS, { who: 'anyone' });

/** Members with one of the roles, and API keys with the scope. */
export const AllowMembers = (
  roles: readonly Role[],
  scope: Scope | null,
): CustomDecorator<symbol> =>
  SetMetadata<symbol, AccessRule>(ACCESS, { who: 'members', roles, scope });

/** Those who run this exchange. */
export const AllowPlatformAdmins = (): CustomDecorator<symbol> =>
  SetMetadata<symbol, AccessRule>(ACCESS, { who: 'platform-admin' });
