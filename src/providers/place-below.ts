/** Puts the paths of a provider below an address that people write with and without the API's version. */

import type { HttpProvider } from './provider.ts'

const VERSION = /^v\d[^/]*$/

/**
 * The provider at that address, which has no slash at its end. `http://host`, `http://host/v1` and
 * `https://host/openai/v1` all lead to the same paths; where the address ends in another version (`/v1-openai`), that one
 * takes the place of the paths' own.
 */
export function placeBelow(address: string, provider: HttpProvider): HttpProvider {
  const paths = [...provider.chat, ...(provider.tasks ?? [])].map((door) => door.path)
  const repeated = paths.map((path) => repeatedEnd(address, path)).sort((a, b) => b.length - a.length)[0] ?? ''
  const baseUrl = address.slice(0, address.length - repeated.length)
  if (repeated !== '' || !VERSION.test(address.slice(address.lastIndexOf('/') + 1))) return { ...provider, baseUrl }
  return { ...withPaths(provider, (path) => path.replace(/^\/v\d[^/]*(?=\/)/, '')), baseUrl }
}

/** The beginning of the path, up to its version, with which the address already ends; else empty. */
function repeatedEnd(address: string, path: string): string {
  const pieces = path.split('/')
  const version = pieces.findIndex((piece) => VERSION.test(piece))
  const beginning = pieces.slice(0, version + 1).join('/')
  return version > 0 && address.endsWith(beginning) ? beginning : ''
}

function withPaths(provider: HttpProvider, change: (path: string) => string): HttpProvider {
  const { filesPath, realtimePath, responsesPath } = provider
  return {
    ...provider,
    chat: provider.chat.map((door) => ({
      ...door,
      path: change(door.path),
      ...(door.streams && {
        streams: Object.fromEntries(Object.entries(door.streams).map(([framing, path]) => [framing, change(path)])),
      }),
    })),
    ...(provider.tasks && { tasks: provider.tasks.map((door) => ({ ...door, path: change(door.path) })) }),
    ...(filesPath !== undefined && { filesPath: change(filesPath) }),
    ...(realtimePath !== undefined && { realtimePath: change(realtimePath) }),
    ...(responsesPath !== undefined && { responsesPath: change(responsesPath) }),
  }
}
