/** The columns of the files in which vendors state what they charged, as data that one reader reads. */

/** One kind of file. Names of columns are compared without regard to case; of several the first that is there counts. */
export interface InvoiceFormat {
  /** What people call the file. */
  readonly title: string
  /** A date, an ISO time or seconds since 1970: when the charged usage began. */
  readonly time: readonly string[]
  readonly model: readonly string[]
  /** Where the cell goes on after the model (`gpt-x, input`), what ends the model's part. */
  readonly modelEnd?: string
  /** The vendor's id or name of the key that was used. */
  readonly key?: readonly string[]
  /** US dollars; absent in files that count tokens. */
  readonly amount?: readonly string[]
  /** Must say USD, where it says anything. */
  readonly currency?: readonly string[]
  /** Columns that add up to all tokens, in and out; used where there is no amount. */
  readonly tokens?: readonly string[]
}

/**
 * The files of each vendor; the first whose time and amount (or tokens) columns a file has is taken. Seen in exports that
 * people shared: OpenAI's Usage page, "Export" in the Cost and the Activity view (October 2025 to September 2026), and the
 * Anthropic Console's Cost and Usage pages (2026). Both vendors' days are UTC.
 */
const INVOICE_FORMATS: Readonly<Record<string, readonly InvoiceFormat[]>> = {
  openai: [
    {
      title: 'OpenAI cost export',
      time: ['start_time_iso', 'start_time'],
      model: ['line_item'],
      modelEnd: ', ',
      key: ['api_key_id'],
      amount: ['amount_value'],
      currency: ['amount_currency'],
    },
    {
      title: 'OpenAI usage export',
      time: ['start_time_iso', 'start_time'],
      model: ['model'],
      key: ['api_key_id'],
      // Cached tokens are part of the input, reasoning part of the output.
      tokens: ['input_tokens', 'output_tokens'],
    },
  ],
  anthropic: [
    {
      title: 'Anthropic cost export',
      time: ['usage_date_utc'],
      model: ['model'],
      key: ['api_key_id', 'api_key'],
      amount: ['cost_usd'],
    },
    {
      title: 'Anthropic usage export',
      time: ['usage_date_utc'],
      model: ['model_version', 'model'],
      key: ['api_key_id', 'api_key'],
      // Disjoint: input here is what no cache served.
      tokens: [
        'usage_input_tokens_no_cache',
        'usage_input_tokens_cache_write_5m',
        'usage_input_tokens_cache_write_1h',
        'usage_input_tokens_cache_read',
        'usage_output_tokens',
      ],
    },
  ],
}

/** Vendors whose files are known. */
export const INVOICE_VENDORS: readonly string[] = Object.keys(INVOICE_FORMATS)

/** The formats of one vendor; undefined for vendors whose files nobody has described. */
export function invoiceFormats(vendor: string): readonly InvoiceFormat[] | undefined {
  return Object.hasOwn(INVOICE_FORMATS, vendor) ? INVOICE_FORMATS[vendor] : undefined
}
