/** The revision as a file that may change while the gateway serves: `sluice start --watch` writes it anew. */

import type { Revision } from '../config/revision.ts'
import { asObject, asString, parseJson } from '../ground/json.ts'

/** What of a service binding is used: a folder that the runtime serves. */
export interface RevisionFolder {
  fetch(url: string): Promise<Response>
}

export const LIVE_FILE = 'revision.json'

/** The revision in the folder; undefined when there is none or it is `knownHash`. Written by this project's compiler alone. */
export async function readLiveRevision(folder: RevisionFolder, knownHash: string): Promise<Revision | undefined> {
  const response = await folder.fetch(`http://live/${LIVE_FILE}`)
  if (!response.ok) {
    await response.body?.cancel()
    return undefined
  }
  const json = asObject(parseJson(await response.text()))
  const hash = asString(json?.hash)
  if (!json || hash === undefined || hash === knownHash) return undefined
  return json as unknown as Revision // the compiler wrote it, and renamed the file into place once it was whole
}
