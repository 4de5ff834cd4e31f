/** Compares secrets without telling, by its duration, how much of them matched. */

/** True if both texts are the same. Takes as long as the first text needs, whatever the second holds. */
export function sameText(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < given.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index % Math.max(1, expected.length))
  }
  return difference === 0
}
