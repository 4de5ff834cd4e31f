/** What was or would be decided for a call, step by step, in sentences for people. */

export type ExplainedStep = 'route' | 'policies' | 'limits' | 'cache' | 'target' | 'price' | 'hold' | 'outcome'

export interface Step {
  readonly step: ExplainedStep
  readonly says: readonly string[]
}

export interface Explanation {
  /** In the order in which things are decided. */
  readonly steps: readonly Step[]
}
