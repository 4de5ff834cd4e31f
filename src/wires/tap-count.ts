/** The tap of calls that count tokens: they consume none themselves. */

import type { GatewayError } from '../ground/error.ts'
import type { Json } from '../ground/json.ts'
import { createTaskTap } from './task-tap.ts'
import type { TaskTap } from './task-wire.ts'

/** A tap for one reply; `errorOf` says what is no count. Providers count without charge, which is usage of zero, not unknown. */
export function tapCount(errorOf: (body: Json) => GatewayError | undefined): TaskTap {
  return createTaskTap({
    errorOf,
    body: () => ({ complete: true, usage: { input: 0 } }),
  })
}
