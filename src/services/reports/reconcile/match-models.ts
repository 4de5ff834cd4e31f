/** Decides which name on an invoice and which in the ledger mean the same model. */

/** `claude-x-4-5` for `Claude X 4.5`: display names and ids differ in case, spaces and dots only. */
function canonical(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s.]+/g, '-')
}

/** Without the date of a snapshot: `-20251001` or `-2025-10-01` at the end. */
function undated(name: string): string {
  return name.replace(/-(?:\d{8}|\d{4}-\d{2}-\d{2})$/, '')
}

/**
 * Gives the shared name of any name of either side. Names that are the same but for writing are one; of those that then have no
 * partner, a dated snapshot joins the name without its date if that, or another snapshot of it, stands on the other side alone.
 */
export function matchModels(invoice: Iterable<string>, ledger: Iterable<string>): (name: string) => string {
  const onInvoice = new Set([...invoice].map(canonical))
  const inLedger = new Set([...ledger].map(canonical))
  const aloneOnInvoice = new Set([...onInvoice].filter((name) => !inLedger.has(name)).map(undated))
  const aloneInLedger = new Set([...inLedger].filter((name) => !onInvoice.has(name)).map(undated))
  return (written) => {
    const name = canonical(written)
    if (onInvoice.has(name) && inLedger.has(name)) return name
    const family = undated(name)
    return aloneOnInvoice.has(family) && aloneInLedger.has(family) ? family : name
  }
}
