/** Brings a Durable Object's SQLite tables to the shape this code expects. */

/** Statements that lead from version `n` to `n + 1`, at index `n`. Published entries are never edited, only added to. */
export type Migrations = readonly (readonly string[])[]

/** Runs what is missing in one transaction. Throws if the data was written by a newer version of the code. */
export function migrate(storage: DurableObjectStorage, migrations: Migrations): void {
  const { sql } = storage
  sql.exec('CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value ANY) STRICT')
  const [row] = sql.exec<{ value: number }>("SELECT value FROM meta WHERE name = 'version'").toArray()
  const version = row?.value ?? 0
  if (version > migrations.length) {
    throw new Error(
      `The stored data has version ${version} and this code knows ${migrations.length}: deploy a release at least as new as the one that wrote it.`,
    )
  }
  if (version === migrations.length) return
  storage.transactionSync(() => {
    for (const statement of migrations.slice(version).flat()) sql.exec(statement)
    sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('version', ?)", migrations.length)
  })
}
