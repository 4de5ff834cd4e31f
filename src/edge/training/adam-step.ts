/** The Adam optimiser over one array of parameters. */

const FIRST = 0.9
const SECOND = 0.999

/** Gathers gradients in `gradient`; `apply` moves the parameters and clears it. */
export class AdamStep {
  readonly gradient: Float32Array
  readonly #parameters: Float32Array
  readonly #first: Float32Array
  readonly #second: Float32Array
  #firstPower = 1
  #secondPower = 1

  constructor(parameters: Float32Array) {
    this.#parameters = parameters
    this.gradient = new Float32Array(parameters.length)
    this.#first = new Float32Array(parameters.length)
    this.#second = new Float32Array(parameters.length)
  }

  /** One step of size `rate` along the mean of `rows` gathered gradients. */
  apply(rate: number, rows: number): void {
    this.#firstPower *= FIRST
    this.#secondPower *= SECOND
    for (let at = 0; at < this.gradient.length; at++) {
      const slope = (this.gradient[at] ?? 0) / rows
      const first = FIRST * (this.#first[at] ?? 0) + (1 - FIRST) * slope
      const second = SECOND * (this.#second[at] ?? 0) + (1 - SECOND) * slope * slope
      this.#first[at] = first
      this.#second[at] = second
      const spread = Math.sqrt(second / (1 - this.#secondPower)) + 1e-8
      this.#parameters[at] = (this.#parameters[at] ?? 0) - (rate * first) / (1 - this.#firstPower) / spread
      this.gradient[at] = 0
    }
  }
}
