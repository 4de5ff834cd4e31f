/** The gateway in a process without Durable Objects: it reaches those of another process over HTTP. */

import gateway from '../../src/worker.ts'
import { REMOTE_PATH, type RemoteAnswer, readRemote, writeRemote } from './remote-call.ts'

export { Account, AnswerCache, Canary, Control, Replies } from '../../src/worker.ts'

type Environment = Parameters<typeof gateway.fetch>[1]

export default {
  fetch(request, environment, context) {
    const hub = String(environment.FLEET_HUB)
    const remote = (namespace: string) => ({ getByName: (name: string) => remoteObject({ hub, namespace, name }) })
    const remotes = {
      CONTROL: remote('CONTROL'),
      ACCOUNT: remote('ACCOUNT'),
      REPLIES: remote('REPLIES'),
      CANARY: remote('CANARY'),
      ANSWERS: remote('ANSWERS'),
    }
    // They answer to the methods that the gateway calls, and to nothing else that a namespace has.
    return gateway.fetch(request, { ...environment, ...remotes } as unknown as Environment, context)
  },
} satisfies ExportedHandler<Environment>

function remoteObject({ hub, namespace, name }: { hub: string; namespace: string; name: string }): unknown {
  return new Proxy(
    {},
    {
      get:
        (_, method) =>
        async (...args: unknown[]) => {
          const body = writeRemote({ namespace, name, method: String(method), args })
          const response = await fetch(`${hub}${REMOTE_PATH}`, { method: 'POST', body })
          if (!response.ok) throw new Error(`the process with the objects answered ${response.status}`)
          const answer = readRemote(await response.text()) as RemoteAnswer // written by the hub only
          if (answer.error === undefined) return answer.value
          throw Object.assign(new Error(answer.error), { retryable: answer.retryable === true })
        },
    },
  )
}
