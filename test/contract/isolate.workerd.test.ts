/// <reference types="@cloudflare/vitest-plugin/types" />
import { createExecutionContext, evictDurableObject, waitOnExecutionContext } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { secureRandomBytes } from '../../src/ground/ids.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { createKeyService } from '../../src/services/keys/key-service.ts'
import { createKeyVerifier } from '../../src/services/keys/key-verifier.ts'
import { deriveSecrets } from '../../src/services/keys/secrets.ts'
import { createLedgerWriter } from '../../src/services/ledger/ledger-writer.ts'
import type { Account } from '../../src/stores/durable/account.ts'
import type { Control } from '../../src/stores/durable/control.ts'
import { durableAccounts } from '../../src/stores/durable/durable-accounts.ts'
import { durableKeyStore } from '../../src/stores/durable/durable-key-store.ts'
import { row } from './ledger-rows.ts'

const env = bindings as unknown as {
  ACCOUNT: DurableObjectNamespace<Account>
  CONTROL: DurableObjectNamespace<Control>
} // the bindings of test/support/wrangler.test.toml

const { requestId: _, ...settled } = row('')

describe('an isolate with real Durable Objects', () => {
  it('writes one row for each of many calls, with the account evicted in between', async () => {
    const accounts = durableAccounts(env.ACCOUNT)
    const writer = createLedgerWriter({ accounts, clock: systemClock })
    const context = createExecutionContext()
    const waitUntil = context.waitUntil.bind(context)
    for (let wave = 0; wave < 3; wave++) {
      const asked = Array.from({ length: 300 }, () => writer.admit('org', 'blue', waitUntil))
      for (const each of asked) {
        const slot = 'requestId' in each ? each : await each
        if (!('ok' in slot)) slot.settle(settled)
        else if (slot.ok) slot.value.settle(settled)
        else throw new Error(slot.error.message)
      }
      await evictDurableObject(env.ACCOUNT.getByName(JSON.stringify(['org', 'blue'])))
    }
    expect(await writer.flush()).toBe(0)
    await waitOnExecutionContext(context)
    expect(await accounts('org', 'blue').costs([], {})).toMatchObject([
      { calls: 900, unknownCostCalls: 0, costNano: '900000' },
    ])
    expect(await accounts('org', 'blue').unreported()).toEqual([])
  })

  it('creates, verifies and revokes a key', async () => {
    const secrets = await deriveSecrets('a root secret of more than 32 characters')
    if (!secrets.ok) throw new Error(secrets.error.message)
    const parts = { store: durableKeyStore(env.CONTROL), secrets: secrets.value, clock: systemClock }
    const service = createKeyService({ ...parts, randomBytes: secureRandomBytes })
    const verifier = createKeyVerifier(parts)
    const context = createExecutionContext()
    const waitUntil = context.waitUntil.bind(context)
    const created = await service.createKey({ role: 'app', team: 'blue', name: '', routes: [] })
    if (!created.ok) throw new Error(created.error.message)
    expect(await verifier.verify(created.value.text, waitUntil)).toMatchObject({ ok: true })
    await service.revokeKey(created.value.record.id)
    verifier.forget()
    expect(await verifier.verify(created.value.text, waitUntil)).toMatchObject({
      ok: false,
      error: { kind: 'authentication' },
    })
    await waitOnExecutionContext(context)
  })
})
