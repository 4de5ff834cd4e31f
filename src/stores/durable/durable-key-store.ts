/** The key store of a deployment: its one Control Durable Object. */

import type { KeyStore } from '../../ports/keys.ts'
import { callObject } from './call-object.ts'
import type { Control } from './control.ts'

/** Errors of the runtime are thrown. */
export function durableKeyStore(namespace: DurableObjectNamespace<Control>): KeyStore {
  // A stub belongs to the request that made it, so each call makes its own.
  const control = (): DurableObjectStub<Control> => namespace.getByName('control')
  return {
    insert: (record) => callObject(() => control().insert(record)),
    replace: (id, patch, next) => callObject(() => control().replace(id, patch, next)),
    get: (id) => callObject(() => control().get(id)),
    list: () => callObject(() => control().list()),
    update: (id, patch) => callObject(() => control().update(id, patch)),
    changesSince: (sequence) => callObject(() => control().changesSince(sequence)),
  }
}
