/** For tests: the committed weights of edge/intent, loaded through the same door as the worker's. */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { EdgeClassifier } from './edge-model.ts'
import { createEdgeModels } from './models.ts'

/** The bytes of the committed weight file, in a buffer of their own. */
export function readIntentFile(): ArrayBuffer {
  return Uint8Array.from(readFileSync(resolve(import.meta.dirname, 'weights/intent.bin'))).buffer
}

/** The classifier as shipped; throws when it does not load. */
export function shippedIntent(): EdgeClassifier {
  const loaded = createEdgeModels({ intent: readIntentFile() }).get('intent')
  if (!loaded.ok) throw new Error(loaded.error)
  return loaded.value
}
