/** The gateway in the process that has the Durable Objects: it serves its own calls, and lends its objects to other processes. */

import { Account as RealAccount } from '../../src/stores/durable/account.ts'
import gateway from '../../src/worker.ts'
import { REMOTE_PATH, type RemoteAnswer, type RemoteCall, readRemote, writeRemote } from './remote-call.ts'

export { AnswerCache, Canary, Control, Replies } from '../../src/worker.ts'

/** The real account, which a proof may end at any moment. */
export class Account extends RealAccount {
  /** Ends the object as the platform does when it moves one or updates its code: memory is gone, the disk stays. */
  restart(): void {
    this.ctx.abort('restarted')
  }
}

type Environment = Parameters<typeof gateway.fetch>[1]

export default {
  async fetch(request, environment, context) {
    if (new URL(request.url).pathname !== REMOTE_PATH) return gateway.fetch(request, environment, context)
    const call = readRemote(await request.text()) as RemoteCall // written by writeRemote only
    return new Response(writeRemote(await answer(call, environment)))
  },
} satisfies ExportedHandler<Environment>

async function answer({ namespace, name, method, args }: RemoteCall, environment: Environment): Promise<RemoteAnswer> {
  const objects = environment[namespace] as DurableObjectNamespace
  // A stub answers to every method name; those that the object lacks fail there.
  const stub = objects.getByName(name) as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>
  try {
    return { value: await stub[method]?.(...args) }
  } catch (error) {
    const retryable = error instanceof Error && 'retryable' in error && error.retryable === true
    return { error: error instanceof Error ? error.message : 'unknown', retryable }
  }
}
