/** Says when a document or a source file of the gateway changed. */

import { existsSync, watch } from 'node:fs'
import { join, relative } from 'node:path'
import { PROJECT_ROOT } from './bundle-worker.ts'

const SETTLE_MS = 150

/** Watches from the moment it is called; `next()` gives the last path of each burst of edits, and never ends. */
export function watchFolders(bundle: string): AsyncIterator<string> {
  let changed: string | undefined
  let wake = (): void => undefined
  const note = (folder: string, name: string | null): void => {
    changed = relative(bundle, name ? join(folder, name) : folder)
    wake()
  }
  const folders = ['', 'routes', 'policies', 'prices'].map((name) => join(bundle, name))
  for (const folder of folders.filter((path) => existsSync(path))) {
    watch(folder, (_event, name) => {
      if (folder !== bundle || name === 'sluice.yml' || name === '.dev.vars') note(folder, name)
    })
  }
  const source = join(PROJECT_ROOT, 'src')
  watch(source, { recursive: true }, (_event, name) => note(source, name))
  return {
    async next() {
      while (changed === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      // Editors write in bursts: the last change of a burst counts.
      for (let seen: string | undefined; seen !== changed; ) {
        seen = changed
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      }
      const path = changed
      changed = undefined
      return { value: path, done: false }
    },
  }
}
