/** Replies that describe the gateway: a few lines at `/`, `/openapi.json`, and the page at `/docs`. */

import { docsPage } from './docs-page.ts'
import { openapiDocument } from './openapi-document.ts'

export function homeReply(): Response {
  return new Response(HOME, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

export function openapiReply(request: Request): Response {
  return Response.json(openapiDocument(new URL(request.url).origin))
}

export function docsReply(request: Request): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  }
  return new Response(docsPage(new URL(request.url).origin), { headers })
}

const HOME = `Sluice, an AI gateway.

POST /v1/chat/completions, /v1/responses, /v1/embeddings ...   OpenAI's formats
POST /v1/messages                                              Anthropic's format
POST /v1beta/models/{route}:generateContent                    Google's format
POST /v2/chat, /v2/rerank                                      Cohere's formats
POST /api/chat, /api/generate, /api/embed                      Ollama's formats
POST /v1/classify                                              embedded classifiers
GET  /v1/models                                                the routes your key may use
GET  /docs, /openapi.json                                      all of it
GET  /health

Send your key as "Authorization: Bearer sk-sluice-..." or "x-api-key".
`
