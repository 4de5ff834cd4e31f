/** Bundles the worker with a compiled revision for raw workerd. */

import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { Revision } from '../../../config/revision.ts'

/** Root of the installed project. */
export const PROJECT_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..')

export interface BundledWorker {
  readonly directory: string
  /** File names beside `worker.js` that workerd must load as data modules. */
  readonly dataModules: readonly string[]
  readonly bytes: number
}

/** Writes the revision where wrangler, the tests and the bundler find it as `#revision`. */
export async function writeRevision(revision: Revision, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(revision, null, 1)}\n`)
}

const ENTRY = join(PROJECT_ROOT, 'src/worker.ts')

/**
 * Bundles the worker into `directory`; throws esbuild's error with file and line when the source is broken. Proofs and the bench
 * wrap it with an entry of their own, or put something in a module's place with a plugin.
 */
export async function bundleWorker(
  revisionFile: string,
  directory: string,
  entry = ENTRY,
  plugins: readonly Plugin[] = [],
): Promise<BundledWorker> {
  await mkdir(directory, { recursive: true })
  const dataModules: string[] = []
  const result = await build({
    entryPoints: [entry],
    outfile: join(directory, 'worker.js'),
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    alias: { '#revision': revisionFile },
    plugins: [dataModulesPlugin(directory, dataModules), ...plugins],
    metafile: true,
    logLevel: 'silent',
  })
  const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
  return { directory, dataModules, bytes }
}

/** Model weights stay files of their own: workerd maps them as ArrayBuffers instead of parsing megabytes of text. */
function dataModulesPlugin(directory: string, found: string[]): Plugin {
  return {
    name: 'data-modules',
    setup(build) {
      build.onResolve({ filter: /\.bin$/ }, async ({ path, resolveDir }) => {
        const name = basename(path)
        await copyFile(join(resolveDir, path), join(directory, name))
        found.push(name)
        return { path: `./${name}`, external: true }
      })
    },
  }
}
