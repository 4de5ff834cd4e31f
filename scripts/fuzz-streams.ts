/** `node scripts/fuzz-streams.ts --events 1000000 --seed 1`: mutated events and bodies through every wire; exit code 1 at any crash. */

import { parseArgs } from 'node:util'
import { presentChatWires, presentTaskWires } from '../test/support/present-wires.ts'
import { fuzz } from './fuzz-streams/fuzz.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    /** Only the chat wires whose name begins so. */
    wire: { type: 'string', default: '' },
  },
})
const wholeNumber = (name: string, text: string): number => {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 0) return number
  console.error(`--${name} must be a whole number, not "${text}"`)
  process.exit(2)
}
const events = wholeNumber('events', values.events)
const seed = wholeNumber('seed', values.seed)
const chatWires = (await presentChatWires()).filter(({ name }) => name.startsWith(values.wire))
const taskWires = await presentTaskWires()
if (chatWires.length === 0) {
  console.error(`no chat wire's name begins with "${values.wire}"`)
  process.exit(2)
}

const started = performance.now()
const run = fuzz(events, seed, chatWires, taskWires)
const seconds = ((performance.now() - started) / 1000).toFixed(1)
for (const { step, message, place, input, times } of run.crashes)
  console.log(`CRASH ${step}${place && ` at ${place}`} (${times} times): ${message}\n  input: ${input}`)
console.log(
  `${chatWires.length} chat wires, ${taskWires.length} task wires, seed ${seed}: ${run.events} events in ` +
    `${run.streams} streams and ${run.bodies} bodies, ${seconds} s, ${run.crashes.length} crashes`,
)
process.exitCode = run.crashes.length > 0 ? 1 : 0
