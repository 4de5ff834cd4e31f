/** Copies of training texts with names thrown in, so that a title or a place nobody has heard of changes no verdict. */

import type { IntentRow } from './intent-row.ts'
import { seededRandom } from './seeded-random.ts'

/** Words of titles, people and places, written for this project; each side has its own. */
const NAMES = {
  train:
    'harlow quill crimson valley orsino midnight parade velvet thunder lisbon osaka marlowe saffron lanterns ' +
    'tampico weston ashby ferris copper moon gallery tulsa verona delphine juno castaway winters boulder ' +
    'kestrel holloway sapphire ember nevada oakland juniper brisbane maddox carmine whispers orchard zephyr ' +
    'pinewood dakota lucia monroe starling riverside quartz bellamy anselm violet caravan reno fairfax silas',
  calibration:
    'bramley onyx hollow galway serena cobalt harvest echoes dundee kyoto lavender prescott anchor tundra ' +
    'rosalind glacier mercer havana topeka wilder ivory marigold sullivan arcadia phoenix tobias cinder meadow ' +
    'salem lorenzo amber cascade dunmore orion clementine savannah bristol raven caspian hudson magnolia',
}

/** One copy of each row with one to three names in a row put at a random place. The label stays. */
export function withNames(rows: readonly IntentRow[], side: keyof typeof NAMES, seed: number): IntentRow[] {
  const random = seededRandom(seed)
  const names = NAMES[side].split(' ')
  return rows.map(({ text, label }) => {
    const words = text.split(' ')
    const at = Math.floor(random() * (words.length + 1))
    const count = 1 + Math.floor(random() * 3)
    const added = Array.from({ length: count }, () => names[Math.floor(random() * names.length)] ?? '')
    return { text: [...words.slice(0, at), ...added, ...words.slice(at)].join(' '), label }
  })
}
