/** `sluice report ab`: the targets of a route side by side, and which differences are proven. */

import { parseArgs } from 'node:util'
import type { AbReport } from '../../../services/experiments/compare-arms.ts'
import type { CliIo } from '../cli-io.ts'
import { connect } from '../connect.ts'
import { table } from '../table.ts'
import { REPORT_OPTIONS, reportQuery } from './report-options.ts'

export async function reportAb(args: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...REPORT_OPTIONS, baseline: { type: 'string' } },
  })
  const query = reportQuery(values)
  for (const route of positionals) query.append('route', route)
  if (values.baseline !== undefined) query.set('baseline', values.baseline)
  const admin = await connect(values, io)
  const answer = await admin.call<AbReport>('GET', `/admin/v1/reports/ab?${query}`)
  io.stdout(values.json ? `${JSON.stringify(answer)}\n` : text(answer))
  return 0
}

function text({ arms, comparisons }: AbReport): string {
  const lines = table(
    arms,
    [
      { title: 'target', cell: (arm) => arm.target },
      { title: 'calls', align: 'right', cell: (arm) => String(arm.calls) },
      {
        title: 'errors (95 %)',
        align: 'right',
        cell: ({ errorRate }) =>
          errorRate ? `${percent(errorRate.share)} (${percent(errorRate.low)}–${percent(errorRate.high)})` : '',
      },
      { title: 'median ms', align: 'right', cell: (arm) => String(arm.medianMs ?? '') },
      { title: 'p95 ms', align: 'right', cell: (arm) => String(arm.p95Ms ?? '') },
      {
        title: 'mean USD a call',
        align: 'right',
        cell: ({ meanNano }) => (meanNano === undefined ? 'unknown' : String(Number((meanNano / 1e9).toPrecision(4)))),
      },
      ...(arms.some(({ likeness }) => likeness !== undefined)
        ? [
            {
              title: 'like the app’s',
              align: 'right' as const,
              cell: ({ likeness }: AbReport['arms'][number]) => (likeness === undefined ? '' : percent(likeness)),
            },
          ]
        : []),
    ],
    'no calls in this period',
  )
  return [lines, ...comparisons.map(({ sentence }) => `${sentence}\n`)].join(comparisons.length > 0 ? '\n' : '')
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`
}
