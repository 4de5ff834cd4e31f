/** That recorded requests of real clients are told apart, and found again. */

import { existsSync } from 'node:fs'
import { canonicalJson } from '../../src/ground/canonical-json.ts'
import { callEssence, writtenEssence } from '../../src/services/cache/call-essence.ts'
import { chatQuestion } from '../../src/services/cache/chat-question.ts'
import { isPlainRequest } from '../../src/services/cache/plain-request.ts'
import { chatWires } from '../../src/wires/index.ts'
import { loadExchanges } from '../prove-wires/corpus.ts'

/** Gives what was found; nothing where there are no recordings. */
export async function proveRecordings(folder: string): Promise<string[]> {
  if (!existsSync(folder)) {
    console.log('recordings: skipped, no corpus')
    return []
  }
  const findings: string[] = []
  const known = new Map<string, { wire: string; written: string; essence: string }>()
  let [asked, plain, shared] = [0, 0, 0]
  for (const { wire, request, pointer } of loadExchanges(folder)) {
    const call = request && chatWires[wire].decodeRequest(request)
    if (!request || !call?.ok) continue
    asked++
    const isPlain = isPlainRequest(request)
    if (isPlain) plain++
    const { id } = await chatQuestion({ around: [], wire, body: request, call: call.value }, undefined)
    const written = canonicalJson(writtenEssence(request))
    const essence = canonicalJson(callEssence(call.value, true))
    const before = known.get(id)
    known.set(id, { wire, written, essence })
    if (!before || (before.wire === wire && before.written === written)) continue
    shared++
    // Written otherwise, it must say the same: in words of the hub, and nothing besides.
    if (!isPlain || before.essence !== essence) findings.push(`${pointer} shares its digest with another request`)
  }
  console.log(
    `recordings: ${asked} requests, ${known.size} different questions, ${plain} the same in any format, ${shared} asked again in another form; ${findings.length} wrong`,
  )
  return findings
}
