/** From `model@alias` to the `provider/model` it stands for. */

import { quote } from './clear-secret.ts'
import type { ModelNamesDocument } from './model-names-document.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

export type Resolved = { readonly reference: string } | { readonly fault: string; readonly hint: string | undefined }

/** Names with a slash are what they are. */
export function resolveModel(name: string, models: ModelNamesDocument): Resolved {
  if (name.includes('/')) return { reference: name }
  const at = name.indexOf('@')
  const model = at < 0 ? name : name.slice(0, at)
  const word = at < 0 ? '' : name.slice(at + 1)
  const found = Object.hasOwn(models, model) ? models[model] : undefined
  if (!found) {
    const hint = didYouMeanOrOneOf(model, Object.keys(models), 'models are')
    return { fault: `there is no model ${quote(model)} under models in sluice.yml`, hint }
  }
  const { versions, aliases = {} } = found
  const version = Object.hasOwn(aliases, word) ? (aliases[word] ?? word) : word
  const reference = Object.hasOwn(versions, version) ? versions[version] : undefined
  if (reference !== undefined) return { reference }
  const words = [...Object.keys(aliases), ...Object.keys(versions)]
  const hint = didYouMeanOrOneOf(word, words, `${model} has`)
  return { fault: `the model ${quote(model)} has no alias or version ${quote(word)}`, hint }
}

/** Aliases that point at versions that are not there. */
export function danglingAliases(models: ModelNamesDocument): { model: string; alias: string; version: string }[] {
  return Object.entries(models).flatMap(([model, { versions, aliases = {} }]) =>
    Object.entries(aliases)
      .filter(([, version]) => !Object.hasOwn(versions, version))
      .map(([alias, version]) => ({ model, alias, version: version })),
  )
}
