/** The hub's images and documents -> this wire's. It fetches nothing but from S3. */

import type { Block, DocumentBlock, ImageBlock, MediaSource } from '../../ground/chat-call.ts'
import type { Json, JsonObject } from '../../ground/json.ts'
import type { EncodeContext } from './encode-context.ts'
import { formatOf, formatOfName, type Medium } from './formats.ts'
import { inlined } from './inline-source.ts'

/** Undefined, and told, when an image cannot be given that way here. */
export function encodeImage(
  block: ImageBlock,
  path: string,
  { losses }: Pick<EncodeContext, 'losses'>,
): JsonObject | undefined {
  if (block.detail !== undefined && block.detail !== 'auto')
    losses.dropped(`${path}.detail`, 'The Converse API has no image detail setting.')
  const encoded = encodeSource('image', inlined(block.source), undefined)
  if (typeof encoded !== 'string') return { image: encoded }
  losses.dropped(path, encoded)
  return undefined
}

/** Undefined, and told, when a document cannot be given that way here. */
export function encodeDocument(block: DocumentBlock, path: string, context: EncodeContext): JsonObject | undefined {
  const { losses, native, documentNames } = context
  const encoded = encodeSource('document', inlined(block.source), block.title)
  if (typeof encoded === 'string') {
    losses.dropped(path, encoded)
    return undefined
  }
  const name = native ? block.title : documentNames.next(titleWithout(block.title, String(encoded.format)))
  return {
    document: {
      ...encoded,
      ...(name !== undefined && { name }),
      ...(block.context !== undefined && { context: block.context }),
      ...(block.citations !== undefined && { citations: { enabled: block.citations } }),
    },
  }
}

/** `report.pdf` -> `report`: dots are not allowed, and the format says the rest. */
function titleWithout(title: string | undefined, format: string): string | undefined {
  return title !== undefined && formatOfName('document', title) === format ? title.replace(/\.[^.]*$/, '') : title
}

/** Format and source, or why they cannot be given here. */
function encodeSource(medium: Medium, source: MediaSource, name: string | undefined): JsonObject | string {
  switch (source.kind) {
    case 'base64': {
      const format = formatOf(medium, source.mediaType) ?? formatOfName(medium, name ?? '')
      if (format === undefined) return `The Converse API takes no ${medium} of type ${source.mediaType}.`
      return { format, source: { bytes: source.data } }
    }
    case 'url': {
      if (!source.url.startsWith('s3://')) return `The Converse API fetches no ${medium} from the web: send its bytes.`
      const format = formatOfName(medium, source.url)
      if (format === undefined) return `The address of the ${medium} does not end in a format that the API takes.`
      return { format, source: { s3Location: { uri: source.url } } }
    }
    case 'text':
      if (medium === 'image') return 'An image cannot be given as text.'
      return { format: formatOf(medium, source.mediaType) ?? 'txt', source: { text: source.text } }
    case 'blocks': {
      const content = textsOf(source.blocks)
      if (medium === 'image' || !content) return `The Converse API takes only texts as the content of a document.`
      return { format: 'txt', source: { content } }
    }
    case 'file':
      return `A ${medium} uploaded to another API is not known here: send its bytes.`
  }
}

function textsOf(blocks: readonly Block[]): Json[] | undefined {
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [{ text: block.text }] : []))
  return texts.length === blocks.length ? texts : undefined
}
