/** Reads a bundle's documents from disk. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleFile } from '../../config/compile.ts'
import { err, ok, type Result } from '../../ground/result.ts'

const FOLDERS = ['routes', 'policies']
/** Where a price book of one's own stands. */
const PRICES = 'prices'

/** `sluice.yml`, the `.yml` files right inside `routes/` and `policies/` and the `.json` files inside `prices/`; the error says why the folder is no bundle. */
export async function loadBundle(directory: string): Promise<Result<BundleFile[], string>> {
  const root = await readIfThere(join(directory, 'sluice.yml'))
  if (root === undefined) {
    const other = (await readIfThere(join(directory, 'sluice.yaml'))) !== undefined
    return err(
      other
        ? `${directory} has a sluice.yaml; rename it to sluice.yml`
        : `there is no sluice.yml in ${directory}; run this where it is or name the folder`,
    )
  }
  const files: BundleFile[] = [{ path: 'sluice.yml', text: root }]
  for (const folder of [...FOLDERS, PRICES]) {
    const names = folder === PRICES ? /^[^.].*\.json$/ : /^[^.].*\.ya?ml$/
    for (const name of await documentNames(join(directory, folder), names)) {
      files.push({ path: `${folder}/${name}`, text: await readFile(join(directory, folder, name), 'utf8') })
    }
  }
  return ok(files)
}

async function documentNames(folder: string, names: RegExp): Promise<string[]> {
  const entries = await unlessMissing(readdir(folder, { withFileTypes: true }))
  return (entries ?? []).filter((entry) => !entry.isDirectory() && names.test(entry.name)).map((entry) => entry.name)
}

async function readIfThere(path: string): Promise<string | undefined> {
  return unlessMissing(readFile(path, 'utf8'))
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined // fs errors carry a code
    throw error
  }
}
