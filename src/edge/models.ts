/** The embedded models this build carries: their names, their cards, and one lazily loaded instance of each. */

import { err, type Result } from '../ground/result.ts'
import intentCard from './cards/intent.json' with { type: 'json' }
import type { EdgeCard, EdgeClassifier } from './edge-model.ts'
import { loadIntentClassifier } from './intent-classifier.ts'

/** Cards by model name. A card carries more than `EdgeCard` names: data, licence and evaluation, as in `cards/`. */
export const edgeCards: Readonly<Record<string, EdgeCard>> = { intent: { ...intentCard, task: 'intent' } }

/** The words that may follow `edge/`. */
export const edgeModelNames: readonly string[] = Object.keys(edgeCards)

export interface EdgeModels {
  /** The model, loaded on first use and kept. The error says why it cannot be had: unknown, not bound, or damaged. */
  get(name: string): Result<EdgeClassifier, string>
}

/**
 * Holds the models of one isolate. `weights` maps a model's name to its file. Only the length is compared with the
 * card here (and the file's own checksum by the loader): the SHA-256 is checked when the worker is built and tested.
 */
export function createEdgeModels(weights: Readonly<Record<string, ArrayBuffer>>): EdgeModels {
  const loaded = new Map<string, Result<EdgeClassifier, string>>()
  return {
    get(name) {
      const known = loaded.get(name)
      if (known) return known
      const result = load(name, weights)
      // Unknown names are not kept: callers choose them, and the map would grow without end.
      if (Object.hasOwn(edgeCards, name)) loaded.set(name, result)
      return result
    },
  }
}

function load(name: string, weights: Readonly<Record<string, ArrayBuffer>>): Result<EdgeClassifier, string> {
  const card = Object.hasOwn(edgeCards, name) ? edgeCards[name] : undefined
  if (!card) return err(`there is no edge model "${name}"; this build has ${edgeModelNames.join(', ')}`)
  const file = Object.hasOwn(weights, name) ? weights[name] : undefined
  if (!file) return err(`the weights of edge/${name} are not part of this deployment; build and deploy it again`)
  if (file.byteLength !== card.bytes)
    return err(`the weights of edge/${name} have ${file.byteLength} bytes, but its card says ${card.bytes}`)
  return loadIntentClassifier(file, card)
}
