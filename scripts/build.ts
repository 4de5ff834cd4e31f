/** `npm run build`: checks the documents, writes the revision and the JSON Schemas, and bundles the worker. */

import { join } from 'node:path'
import { checkBundle } from '../src/surfaces/cli/check-bundle.ts'
import { bundleWorker, PROJECT_ROOT, writeRevision } from '../src/surfaces/cli/serve/bundle-worker.ts'
import { writeJsonSchemas } from '../src/surfaces/cli/write-json-schemas.ts'

const io = {
  stdout: (text: string) => void process.stdout.write(text),
  stderr: (text: string) => void process.stderr.write(text),
  cwd: PROJECT_ROOT,
  env: process.env,
}
// A build needs no secret values: they are the deployment's. So documents are checked, secrets are not.
const checked = await checkBundle(PROJECT_ROOT, process.env.SLUICE_TARGET, io)
if (checked.ok) {
  const { revision } = checked.value
  const directory = join(PROJECT_ROOT, '.sluice/build')
  const file = join(directory, 'revision.json')
  await writeRevision(revision, file)
  await writeJsonSchemas(join(PROJECT_ROOT, '.sluice/schemas'))
  const { bytes } = await bundleWorker(file, directory)
  io.stderr(`revision ${revision.hash.slice(0, 12)} (${revision.target}), worker ${(bytes / 1024).toFixed(0)} KiB\n`)
} else {
  io.stderr(`${checked.error}\n`)
  process.exitCode = 1
}
