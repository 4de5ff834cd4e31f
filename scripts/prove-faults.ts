/** `npm run prove:faults`: every fault of the catalogue against the running gateway, many times, seeded. */

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { FAULT_CASES } from '../test/support/fault-cases/catalogue.ts'
import { startFaultRig } from '../test/support/fault-cases/rig.ts'

const HELP = `Does to the gateway what upstreams and apps do on bad days, and says how it behaved.

  --runs N    how often each fault is repeated, where repeating shows more (default: 200)
  --seed S    of where streams are cut and what is waited for (default: 1)
  --only ID   cases of that id alone, such as F14
  --out FILE  writes the table there too, as Markdown

Exit code 1 when a case does not behave as required.
`

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = options.help ? help() : await main()

function help(): number {
  console.log(HELP)
  return 0
}

async function main(): Promise<number> {
  const cases = FAULT_CASES.filter(({ id }) => options.only === undefined || id === options.only)
  const rig = await startFaultRig(Number(options.seed))
  const lines: string[] = []
  let bad = 0
  const startedAtMs = Date.now()
  try {
    for (const { id, fault, required, run } of cases) {
      const { ok, figure } = await run(rig, Number(options.runs))
      if (!ok) bad++
      console.log(`${ok ? 'ok  ' : 'BAD '} ${id}  ${fault}: ${figure}${ok ? '' : `\n        required: ${required}`}`)
      lines.push(`| ${id} | ${fault} | ${required} | ${figure} | ${ok ? 'yes' : '**no**'} |`)
    }
  } finally {
    await rig.close()
  }
  const seconds = Math.round((Date.now() - startedAtMs) / 1000)
  const summary = `${cases.length} cases, runs ${options.runs}, seed ${options.seed}, ${seconds} s: ${cases.length - bad} as required, ${bad} not.`
  console.log(summary)
  if (options.out !== undefined)
    await writeFile(
      options.out,
      `# Faults\n\n\`npm run prove:faults -- --runs ${options.runs} --seed ${options.seed}\`\n\n| id | fault | required | measured | holds |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n\n${summary}\n`,
    )
  return bad === 0 ? 0 : 1
}
