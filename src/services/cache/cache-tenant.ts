/** Whom a kept answer is for, and on which shelf it stands. */

import type { CacheScope } from '../../config/cache-document.ts'
import { assertNever } from '../../ground/result.ts'

export interface CacheCaller {
  readonly team: string
  /** Public id of the app key. */
  readonly keyId: string
  /** The app's end user, if the call names one. */
  readonly user: string | undefined
  readonly route: string
}

export interface CacheTenant {
  /** Told apart from the tenants of other scopes. */
  readonly tenant: readonly string[]
  /** What is looked at together: a team's answers never stand beside another's. */
  readonly shelf: readonly string[]
}

/** Undefined when the call does not say which user it is for, and the scope wants to know. */
export function cacheTenant(scope: CacheScope, caller: CacheCaller): CacheTenant | undefined {
  const { team, keyId, user, route } = caller
  const shelf = ['team', team]
  switch (scope) {
    case 'user':
      return user === undefined ? undefined : { tenant: ['user', team, keyId, user], shelf }
    case 'key':
      return { tenant: ['key', team, keyId], shelf }
    case 'team':
      return { tenant: shelf, shelf }
    case 'route':
      return { tenant: ['route', route], shelf: ['route', route] }
    default:
      return assertNever(scope)
  }
}
