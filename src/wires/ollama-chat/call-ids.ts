/** Ids for tool calls of a wire that has none: calls and results belong together by their order and name. */

/** How an id begins that we gave; servers are not shown it. */
const GIVEN = 'call_in_order_'

/** `where` tells apart what would otherwise be the same call of another answer. */
export function givenId(where: string, index: number): string {
  return `${GIVEN}${where.replace(/[^A-Za-z0-9]/g, '')}_${index}`
}

export function isGiven(id: string): boolean {
  return id.startsWith(GIVEN)
}

/** Matches the results of one conversation with its calls. */
export class CallIds {
  #count = 0
  #open: { id: string; name: string }[] = []

  /** The id of the next call. */
  called(name: string, id: string | undefined): string {
    const known = id || givenId('', this.#count++)
    this.#open.push({ id: known, name })
    return known
  }

  /** The id of the call that a result answers: the one it names, else the oldest of its tool, else the oldest. */
  answered(name: string | undefined, id: string | undefined): string {
    const byId = this.#open.findIndex((call) => call.id === id)
    const byName = this.#open.findIndex((call) => call.name === name)
    const at = id ? byId : name !== undefined && byName >= 0 ? byName : 0
    const [call] = at < 0 ? [] : this.#open.splice(at, 1)
    return id || (call?.id ?? givenId('', this.#count++))
  }
}
