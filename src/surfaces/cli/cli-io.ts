/** What a command may touch of the process it runs in; tests hand in their own. */

export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** Folder the command was called in. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Output goes to a person's terminal and may be coloured. Default: false. */
  readonly isTerminal?: boolean
}
