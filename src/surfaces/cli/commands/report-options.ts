/** The options that all reports share, and the query they make. */

import { CONNECT_OPTIONS } from '../connect.ts'

/** Fields a report can be narrowed to. */
const FILTERS = ['team', 'route', 'key', 'user', 'model', 'provider', 'target', 'outcome', 'paradigm'] as const
const RANGE = ['since', 'until', 'zone'] as const

const one = { type: 'string' } as const
const many = { type: 'string', multiple: true } as const

/** For `parseArgs`. */
export const REPORT_OPTIONS = {
  ...CONNECT_OPTIONS,
  since: one,
  until: one,
  zone: one,
  team: many,
  route: many,
  key: many,
  user: many,
  model: many,
  provider: many,
  target: many,
  outcome: many,
  paradigm: many,
  tag: many,
} as const

type ReportValues = { readonly [name in (typeof RANGE)[number]]?: string } & {
  readonly [name in (typeof FILTERS)[number] | 'tag']?: string[]
}

/** Range and filters as the admin API takes them. */
export function reportQuery(values: ReportValues): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of RANGE) {
    const value = values[name]
    if (value !== undefined) query.set(name, value)
  }
  for (const name of FILTERS) for (const value of values[name] ?? []) query.append(name, value)
  for (const pair of values.tag ?? []) {
    const at = pair.indexOf('=')
    query.append(`tag:${at < 0 ? pair : pair.slice(0, at)}`, at < 0 ? '' : pair.slice(at + 1))
  }
  return query
}
