/** From `alerts` in `sluice.yml` to the destinations in the revision: safe addresses, known teams, secrets by name. */

import { ALERT_SUBJECTS } from '../ground/alert.ts'
import type { AlertDocument } from './alert-document.ts'
import { quote } from './clear-secret.ts'
import { isLoopback } from './compile-providers.ts'
import { keyPlaceOf, type Located, placeOf } from './located.ts'
import type { ProblemList } from './problem-list.ts'
import type { AlertDestination, RevisionBody } from './revision.ts'
import { didYouMeanOrOneOf } from './suggest.ts'

/** Each is told of everything, so that more would multiply what one alert costs. */
const MAX_DESTINATIONS = 20

/** Every destination, in the order of names; faulty ones are reported and left out. */
export function compileAlerts(
  documents: Readonly<Record<string, AlertDocument>>,
  root: Located,
  { mode, teams }: Pick<RevisionBody, 'mode' | 'teams'>,
  problems: ProblemList,
): AlertDestination[] {
  const entries = Object.entries(documents).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length > MAX_DESTINATIONS)
    problems.error(keyPlaceOf(root, ['alerts']), `there are more than ${MAX_DESTINATIONS} destinations of alerts`)
  return entries.flatMap(([name, document]) => {
    for (const [index, team] of (document.teams ?? []).entries()) {
      if (teams.includes(team)) continue
      const hint = didYouMeanOrOneOf(team, teams, 'teams are')
      problems.error(placeOf(root, ['alerts', name, 'teams', index]), `there is no team ${quote(team)}`, hint)
    }
    const fault = faultOfUrl(document.url, mode)
    if (fault) {
      problems.error(placeOf(root, ['alerts', name, 'url']), `url ${fault}`)
      return []
    }
    const wanted = document.events ?? ALERT_SUBJECTS
    return [
      {
        name,
        url: document.url,
        secrets: [document.secret, document.previous_secret].flatMap(
          (text) => /\.(\w+)\}$/.exec(text ?? '')?.[1] ?? [],
        ),
        events: ALERT_SUBJECTS.filter((subject) => wanted.includes(subject)),
        ...(document.teams && { teams: [...new Set(document.teams)].sort() }),
      },
    ]
  })
}

/** The address is never repeated: some hold a credential. */
function faultOfUrl(text: string, mode: RevisionBody['mode']): string | undefined {
  const url = URL.parse(text)
  if (!url || /\s/.test(text)) return 'is not a URL; it must be written in full, with https://'
  if (url.username || url.password) return 'must not hold a user name or password; every alert is signed instead'
  if (url.hash) return 'must not hold a fragment (#)'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:' || !isLoopback(url.hostname))
    return 'must begin with https://; http:// is for localhost in development'
  return mode === 'production' ? 'must begin with https:// in production; http:// is for development' : undefined
}
