/** Policy kind `translation.missing`: what happens when a call needs what its target is known to lack. */

import type { EffectivePolicy } from '../config/revision.ts'
import { type GatewayError, gatewayError } from '../ground/error.ts'
import { err, ok, type Result } from '../ground/result.ts'
import type { Warning } from '../ground/warning.ts'
import { CAPABILITY_TITLES, type ChatCapability } from '../providers/capabilities/capability.ts'

/** Warnings, or an error naming everything that is missing. With `next` its kind lets another target try. */
export function refuseMissing(
  missing: readonly ChatCapability[],
  target: { readonly title: string; readonly model: string },
  policy: EffectivePolicy,
): Result<Warning[], GatewayError> {
  const [first] = missing
  if (first === undefined) return ok([])
  const where = `The model "${target.model}" of ${target.title}`
  if (policy.missingCapability === 'warn') {
    return ok(
      missing.map((capability) => ({
        feature: capability,
        effect: 'changed',
        detail: `${where} is not known to support ${CAPABILITY_TITLES[capability]}; the call was sent all the same.`,
      })),
    )
  }
  const names = missing.map((capability) => CAPABILITY_TITLES[capability]).join(', ')
  return err(
    gatewayError(
      policy.missingCapability === 'next' ? 'not-supported' : 'invalid-request',
      `${where} does not support what this call needs: ${names}. Leave it out, or use a route whose model has it.`,
      { code: 'capability_missing', param: first, status: 400 },
    ),
  )
}
