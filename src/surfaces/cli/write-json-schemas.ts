/** Writes the JSON Schemas of the documents to a folder, for editors. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jsonSchemas } from '../../config/json-schemas.ts'

/** Creates `sluice.schema.json`, `route.schema.json` and `policy.schema.json`. */
export async function writeJsonSchemas(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const [name, schema] of Object.entries(jsonSchemas)) {
    await writeFile(join(directory, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`)
  }
}
