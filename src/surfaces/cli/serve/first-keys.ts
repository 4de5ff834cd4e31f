/** The first start of a gateway makes an app key and an admin key, so that the first call needs no further step. */

import type { AdminClient } from '../admin-client.ts'

export interface Keys {
  readonly appKey: string
  readonly adminKey: string
}

/** Creates both keys, for `team`, if the gateway has none; undefined when it already has keys, which cannot be shown again. */
export async function firstKeys(admin: AdminClient, team: string): Promise<Keys | undefined> {
  const { data } = await admin.call<{ data: unknown[] }>('GET', '/admin/v1/keys')
  if (data.length > 0) return undefined
  const app = await admin.call<{ key: string }>('POST', '/admin/v1/keys', {
    role: 'app',
    team,
    name: 'first app key',
  })
  const operator = await admin.call<{ key: string }>('POST', '/admin/v1/keys', {
    role: 'admin',
    team,
    name: 'first admin key',
  })
  return { appKey: app.key, adminKey: operator.key }
}
