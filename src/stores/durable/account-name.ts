/** Names of accounts among Durable Objects: as JSON no two lists of names give the same text. */

/** The account of one team. */
export function teamName(organisation: string, team: string): string {
  return JSON.stringify([organisation, team])
}

/** The account that keeps what all teams of an organisation share. */
export function organisationName(organisation: string): string {
  return JSON.stringify([organisation])
}
