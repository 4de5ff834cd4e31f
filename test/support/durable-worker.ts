/** The worker that tests inside workerd run: nothing but the Durable Objects. */

export { Account } from '../../src/stores/durable/account.ts'
export { Control } from '../../src/stores/durable/control.ts'

export default {
  fetch: () => new Response('This worker only holds Durable Objects for tests.', { status: 404 }),
}
