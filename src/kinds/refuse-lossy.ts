/** Policy kind `translation.lossy`: with `refuse` or `next`, a call that would lose something on the way is not sent there. */

import type { EffectivePolicy } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import type { Warning } from '../ground/warning.ts'

/** An error naming everything that would be lost; undefined when nothing is, or the policy only warns. With `next` its kind lets another target try. */
export function refuseLossy(warnings: readonly Warning[], policy: EffectivePolicy): GatewayError | undefined {
  if (policy.lossyTranslation === 'warn') return undefined
  const lost = warnings.filter((warning) => warning.effect === 'dropped')
  const first = lost[0]
  if (!first) return undefined
  return gatewayError(
    policy.lossyTranslation === 'next' ? 'not-supported' : 'invalid-request',
    `This route refuses lossy translation, and the chosen model cannot take: ${lost.map((warning) => warning.detail).join('; ')}`,
    { param: first.feature, code: 'lossy_translation', status: 400 },
  )
}
