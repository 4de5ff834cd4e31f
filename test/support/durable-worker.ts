/** The worker that tests inside workerd run: nothing but the Durable Objects. */

import { type AccountEnv, Account as AccountObject } from '../../src/stores/durable/account.ts'
import { AlertScript } from './alert-script.ts'

export { AnswerCache } from '../../src/stores/durable/answer-cache.ts'
export { Canary } from '../../src/stores/durable/canary.ts'
export { Control } from '../../src/stores/durable/control.ts'
export { Replies } from '../../src/stores/durable/replies.ts'

/** Its alerts go where the test says. */
export class Account extends AccountObject {
  readonly script: AlertScript

  constructor(state: DurableObjectState, env: AccountEnv) {
    const script = new AlertScript()
    super(state, env, script)
    this.script = script
  }
}

export default {
  fetch: () => new Response('This worker only holds Durable Objects for tests.', { status: 404 }),
}
