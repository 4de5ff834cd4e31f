/** Where the first answers to calls with an idempotency key are kept. Implemented by the Replies Durable Object and in memory. */

/** An answer as it went to the client. */
export interface KeptReply {
  /** The call that was answered. */
  readonly requestId: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface ReplyClaim {
  /** SHA-256 of who calls and of the idempotency key: the same for a repeated call only. */
  readonly id: string
  /** SHA-256 of what was asked. */
  readonly asked: string
  /** The call that makes the claim, by its request id. */
  readonly holder: string
}

/**
 * `yours`: nobody has answered, so the claimant must; the claim lasts `CLAIM_MS` unless it is made again. `running`: another
 * call is at it. `different`: the key was used for something else. `kept`: here is the answer. `unkept`: it was answered
 * and the answer could not be kept.
 */
export type Claimed =
  | { readonly state: 'yours' | 'running' | 'different' | 'unkept' }
  | { readonly state: 'kept'; readonly reply: KeptReply }

/** Every method is idempotent. */
export interface ReplyStore {
  /** Where another call is at it, waits up to `waitMs` for its end. */
  claim(claim: ReplyClaim, waitMs: number): Promise<Claimed>
  /** Keeps the answer for a day, or notes that there was one; ignored when another call holds the claim by now. */
  keep(claim: ReplyClaim, reply: KeptReply | undefined): Promise<void>
  /** Gives the claim up: the next call with the key is a new one. */
  release(claim: ReplyClaim): Promise<void>
}

/** Finds the replies of a team. */
export type ReplyStores = (organisation: string, team: string) => ReplyStore
